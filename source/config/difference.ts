/** What changes between two configurations, in the words of the file: one line a key that differs. */
import {root} from './fields.ts'
import {addressAndPort} from './formats.ts'
import type {Entry, Kind, Read} from './kinds.ts'
import {formatTime} from './time.ts'

/** A file as it was read, before defaults. */
export type Given = Read<typeof root, true>

/** `path` such as `services.api.hosts.127.0.0.1:3000.port`; a side that has no such key is undefined. Safe to print. */
export interface Difference {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Values whose name says a secret are told apart, but not told. */
const secret = /secret|token|password/i

/** In the order of the newer file; what it lacks comes last. Empty: they say the same. */
export function differenceOf(before: Given, after: Given): readonly Difference[] {
  const olds = flat(before)
  const news = flat(after)
  const differences: Difference[] = []
  for (const [path, value] of news) {
    const old = olds.get(path)
    if (old !== value) differences.push(told(path, old, value))
  }
  for (const [path, value] of olds) if (!news.has(path)) differences.push(told(path, value, undefined))
  return differences
}

/** All that a file says, key by key in its order; of a secret only that there is one. */
export function saidBy(given: Given): ReadonlyArray<{readonly path: string; readonly value: string}> {
  return [...flat(given)].map(([path, value]) => ({
    path,
    value: value !== '' && secret.test(path) ? '(hidden)' : value,
  }))
}

/** `services.api.lbPolicy: ROUND_ROBIN → RANDOM`, with + or − for what only one side has. */
export function differenceText({path, before, after}: Difference): string {
  if (before === undefined) return after === '' ? `+ ${path}` : `+ ${path}: ${after}`
  if (after === undefined) return before === '' ? `− ${path}` : `− ${path}: ${before}`
  return `${path}: ${before} → ${after}`
}

function told(path: string, before: string | undefined, after: string | undefined): Difference {
  if (!secret.test(path)) return {path, before, after}
  return {path, before: before && '(hidden)', after: after && '(hidden, another one)'}
}

function flat(given: Given): Map<string, string> {
  const values = new Map<string, string>()
  walk(given.proxy, root.fields.proxy.kind, '', values)
  return values
}

function walk(value: unknown, kind: Kind, path: string, values: Map<string, string>): void {
  if (value === undefined) return
  switch (kind.is) {
    case 'single':
      return walk(value, kind.of, path, values)
    case 'mapping':
      for (const [key, field] of Object.entries(kind.fields))
        walk(
          (value as Readonly<Record<string, unknown>>)[key],
          field.kind,
          path === '' ? key : `${path}.${key}`,
          values,
        )
      return
    case 'list':
      return walkList(value as readonly unknown[], kind.of, path, values)
    case 'entries':
      for (const entry of value as readonly Entry[]) values.set(`${path}.${entry.key}`, entry.value)
      return
    case 'time':
      values.set(path, formatTime(value as number))
      return
    default:
      values.set(path, String(value))
  }
}

/** Entries that have an identity are compared by it, wherever they stand; lists of plain values as a whole. */
function walkList(list: readonly unknown[], of: Kind, path: string, values: Map<string, string>): void {
  if (of.is !== 'mapping') {
    values.set(path, list.join(', '))
    return
  }
  list.forEach((entry, index) => {
    const at = `${path}.${identityOf(entry as Readonly<Record<string, unknown>>) ?? index + 1}`
    values.set(at, '')
    walk(entry, of, at, values)
  })
}

function identityOf({name, address, port}: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof name === 'string') return name
  if (typeof address !== 'string') return undefined
  return typeof port === 'number' ? addressAndPort(address, port) : address
}
