/** Two requests side by side, or a request and its replay: what differs, as lines for drawing. Pure. */
import type {CapturedBody, ReplayResult, RequestDetail} from '../control/requests.ts'
import {bodyLines} from './body-lines.ts'
import {fieldsOf, firstLine} from './heads.ts'
import {changedLines} from './line-diff.ts'
import {bytesText, spanText} from './words.ts'

/** `one` is only in the first, `other` only in the second. Texts may come from the network: not safe to print. */
export interface DiffLine {
  readonly is: 'title' | 'same' | 'one' | 'other'
  readonly text: string
}

/** One side of a comparison. */
export interface Side {
  /** facts by name, in order */
  readonly facts: ReadonlyMap<string, string>
  readonly requestHead: string
  readonly responseHead: string
  readonly requestBody: CapturedBody | undefined
  readonly responseBody: CapturedBody | undefined
}

export function sideOf({request, requestBody, responseBody}: RequestDetail): Side {
  const facts = new Map([
    ['status', String(request.status)],
    ['fault', request.fault ?? 'none'],
    ['instance', request.attempts.at(-1)?.instance ?? 'none'],
    ['attempts', String(request.attemptCount)],
    ['took', spanText(request.duration)],
    ['first byte', request.responded === undefined ? 'none' : spanText(request.responded)],
    ['bytes to the client', bytesText(request.bytesOut)],
  ])
  return {
    facts,
    requestHead: request.requestHead,
    responseHead: request.responseHead,
    requestBody,
    responseBody,
  }
}

/** A replay beside the request that it repeats: what was sent is taken to be the same. */
export function replaySide(result: ReplayResult, original: RequestDetail): Side {
  const facts = new Map([
    ['status', result.status === 0 ? 'none' : String(result.status)],
    ['fault', result.error ?? 'none'],
    ['instance', result.instance],
    ['took', spanText(result.duration)],
  ])
  const {request, requestBody} = original
  return {
    facts,
    requestHead: request.requestHead,
    responseHead: result.head,
    requestBody,
    responseBody: result.body,
  }
}

export function diffOf(one: Side, other: Side): readonly DiffLine[] {
  return [
    title('summary'),
    ...factLines(one.facts, other.facts),
    title('request'),
    ...headLines(one.requestHead, other.requestHead),
    ...bodyDiff('request body', one.requestBody, other.requestBody, one.requestHead, other.requestHead),
    title('response'),
    ...headLines(one.responseHead, other.responseHead),
    ...bodyDiff('response body', one.responseBody, other.responseBody, one.responseHead, other.responseHead),
  ]
}

function title(text: string): DiffLine {
  return {is: 'title', text}
}

function pair(one: string | undefined, other: string | undefined): readonly DiffLine[] {
  if (one !== undefined && one === other) return [{is: 'same', text: one}]
  const lines: DiffLine[] = []
  if (one !== undefined) lines.push({is: 'one', text: one})
  if (other !== undefined) lines.push({is: 'other', text: other})
  return lines
}

/** What only one side knows cannot differ. */
function factLines(one: Side['facts'], other: Side['facts']): readonly DiffLine[] {
  return [...one]
    .filter(([name]) => other.has(name))
    .flatMap(([name, value]) => pair(`${name}: ${value}`, `${name}: ${other.get(name)}`))
}

/** Field by field, in the order of the first, whatever the order of the second: it means nothing between names. */
function headLines(one: string, other: string): readonly DiffLine[] {
  const others = fieldsByName(other)
  const lines = [...pair(firstLine(one) || undefined, firstLine(other) || undefined)]
  for (const [name, values] of fieldsByName(one)) {
    const matching = others.get(name) ?? []
    others.delete(name)
    for (let index = 0; index < Math.max(values.length, matching.length); index++) {
      lines.push(...pair(values[index], matching[index]))
    }
  }
  for (const values of others.values()) lines.push(...values.map(text => ({is: 'other', text}) as const))
  return lines
}

function fieldsByName(head: string): Map<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>()
  for (const {name, value} of fieldsOf(head)) {
    // The case of a name means nothing.
    const lower = name.toLowerCase()
    fields.set(lower, [...(fields.get(lower) ?? []), `${lower}: ${value}`])
  }
  return fields
}

function bodyDiff(
  name: string,
  one: CapturedBody | undefined,
  other: CapturedBody | undefined,
  oneHead: string,
  otherHead: string,
): readonly DiffLine[] {
  if (one === undefined || other === undefined) return []
  return [
    title(`${name}, ${bytesText(one.length)} and ${bytesText(other.length)}`),
    ...changedLines(bodyLines(one, oneHead).lines, bodyLines(other, otherHead).lines),
  ]
}
