/** The lines of a waterfall: each attempt with its parts, and the pauses between, before they are drawn to a scale. */
import type {AttemptView, RequestView} from '../control/requests.ts'
import {faultWords} from './fault-words.ts'
import {type Frame, shown} from './frame.ts'
import {pickBars} from './pick-bars.ts'
import {detailOf} from './request-store.ts'
import type {Piece} from './text.ts'
import type {Stretch} from './where.ts'

/** One line: when it began, how long it took, and either of them left out by undefined. */
export interface Bar {
  readonly label: Piece[]
  readonly at: number | undefined
  readonly took: number | undefined
  readonly from: number
  readonly to: number
  readonly is: Stretch
  readonly note: Piece[]
  /** nothing stands in the columns of times: the note begins there */
  readonly isWide?: boolean
}

export function barsOf(frame: Frame, request: RequestView): Bar[] {
  const {attempts} = request
  const {skipped} = detailOf(frame.requests, request)
  const first = attempts[0]?.started ?? request.duration
  // What was queued between two attempts is in the pause between them.
  const queued = Math.min(first, request.queued)
  const accepted = first - queued
  const bars: Bar[] = [
    {label: [['text', ' accepted']], at: 0, took: accepted, from: 0, to: accepted, is: 'pause', note: []},
  ]
  if (queued > 0)
    bars.push({
      label: [['text', ' queued']],
      at: accepted,
      took: queued,
      from: accepted,
      to: first,
      is: 'pause',
      note: [['label', 'no instance had room']],
    })
  const foundNobody = request.fault === 'NO_INSTANCE' || attempts.length === 0
  const lost = request.attemptCount - attempts.length
  const pick = (index: number, instance: string | undefined, at: number) => {
    const isLast = foundNobody ? index === attempts.length : index === attempts.length - 1
    const facts = {instance, isLast, at, skipped: skipped[index], tried: triedBefore(attempts, index)}
    bars.push(...pickBars(request, facts, index === 0 ? undefined : skipped[index - 1]))
  }
  for (const [index, attempt] of attempts.entries()) {
    const before = attempts[index - 1]
    // A pause that rounds to nothing is none.
    if (before !== undefined && attempt.started - before.ended >= 0.05) bars.push(pauseBar(before, attempt))
    pick(index, attempt.instance, attempt.started)
    bars.push(...attemptBars(frame, request, attempt, index + 1 + lost))
  }
  if (foundNobody) pick(attempts.length, undefined, request.duration)
  return bars
}

/** Those that failed before that pick, each once. A connection found dead is nobody's failure: it may be picked again. */
function triedBefore(attempts: readonly AttemptView[], index: number): readonly string[] {
  const failed = attempts.slice(0, index).filter(({fault}) => fault !== 'STALE_CONNECTION')
  return [...new Set(failed.map(({instance}) => instance))]
}

function pauseBar(before: AttemptView, next: AttemptView): Bar {
  const took = next.started - before.ended
  return {
    label: [['label', '   pause']],
    at: before.ended,
    took,
    from: before.ended,
    to: next.started,
    is: 'pause',
    note: [],
  }
}

function attemptBars(frame: Frame, request: RequestView, attempt: AttemptView, number: number): Bar[] {
  const isLast = attempt === request.attempts.at(-1)
  const {fault, started, ended, connected, uses} = attempt
  const words =
    fault === undefined ? '' : isLast && request.detail !== '' ? request.detail : faultWords(fault)
  const note: Piece[] = fault === undefined ? [] : [['bad', `${frame.glyphs.bad} ${shown(words)}`]]
  const whole: Bar = {
    label: [['text', ` ${number} ${shown(attempt.instance) || '-'}`]],
    at: started,
    took: ended - started,
    from: started,
    to: ended,
    is: 'body',
    note,
  }
  if (connected === undefined) return [whole]
  const head = isLast && request.responded !== undefined ? Math.max(connected, request.responded) : ended
  const part = (name: string, from: number, to: number, is: Stretch, text = ''): Bar => ({
    label: [['label', `   ${name}`]],
    at: undefined,
    took: to - from,
    from,
    to,
    is,
    note: text === '' ? [] : [['label', text]],
  })
  const parts = [
    part('socket', started, connected, 'connect', uses > 1 ? `reused, ${ordinal(uses)} use` : 'new'),
    part('waiting', connected, head, 'wait'),
  ]
  if (isLast && request.responded !== undefined)
    parts.push(part(request.upgraded ? 'tunnel' : 'body', head, Math.max(head, request.duration), 'body'))
  return [whole, ...parts]
}

export function ordinal(count: number): string {
  const tens = count % 100
  const end = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${end}`
}
