/** The first lines of every screen: whose proxy this is, how it does in total, and the tabs. */
import type {Snapshot, Traffic} from '../control/control.ts'
import {errorPiece} from './cells.ts'
import {certificateTrouble} from './certificates.ts'
import {type Frame, firstFitting, shown, spread} from './frame.ts'
import {invitation} from './invitation.ts'
import {age, millis, millisWithUnit, si, upTime} from './numbers.ts'
import {faultBanner} from './on-purpose.ts'
import {columnsOf, spark, usefulWidth} from './spark.ts'
import {countsOf, outage} from './standing.ts'
import {type Piece, widthOfPieces} from './text.ts'
import type {Tab} from './view.ts'

export function titleLine(frame: Frame, trail: string | undefined): string {
  const {columns, glyphs, snapshot} = frame
  const trouble = columns < 60 ? [] : certificateTrouble(snapshot)
  const right = [...faultBanner(snapshot, columns < 100), ...trouble, ...liveness(frame), ...tally(frame)]
  const name: Piece = [outage(snapshot) === undefined ? 'text.strong' : 'bad.strong', 'revproxy']
  if (trail !== undefined)
    return spread(frame, [name, ['label', ` ${glyphs.into} `], ['text', shown(trail)]], right)
  const file: Piece = ['label', `  ${shown(snapshot.configName)}${frame.attached ? ' (attached)' : ''}`]
  const listen: Piece = ['label', `  ${listenersOf(snapshot)}`]
  const variants = columns < 60 ? [[name]] : [[name, file, listen], [name, listen], [name]]
  return spread(frame, firstFitting(frame, variants, right), right)
}

/** `:8080` for every address, else the address; how many more where there are several. */
function listenersOf(snapshot: Snapshot): string {
  const [first, ...others] = snapshot.listeners
  if (first === undefined) return 'not listening'
  const short = shown(first).replace(/^(0\.0\.0\.0|\[::\]):/, ':')
  return others.length === 0 ? short : `${short} +${others.length}`
}

function liveness(frame: Frame): Piece[] {
  const {snapshot, latest, view, columns} = frame
  const isNarrow = columns < 60
  if (latest.lost !== undefined) return [['bad.strong', `LOST ${age(latest.at - latest.lost.since)}`]]
  const up: Piece[] = isNarrow ? [] : [['label', `   up ${upTime(latest.at - latest.startedAt)}`]]
  if (latest.phase === 'draining') return [['warn.strong', 'STOPPING'], ...up]
  if (view.paused !== undefined)
    return [['warn.strong', `PAUSED -${minutesAndSeconds(latest.at - snapshot.at)}`], ...up]
  return [['label', isNarrow ? 'LIVE' : `LIVE ${view.rate}/s`], ...up]
}

function minutesAndSeconds(ms: number): string {
  const seconds = Number.isFinite(ms) && ms > 0 ? Math.floor(ms / 1000) : 0
  const minutes = Math.floor(seconds / 60)
  return minutes > 99
    ? age(ms)
    : `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

function tally(frame: Frame): Piece[] {
  const {glyphs, columns, snapshot} = frame
  const counts = countsOf(snapshot.services)
  const gap = columns < 60 ? ' ' : '  '
  const one = (tone: 'good' | 'warn' | 'bad' | 'label', glyph: string, count: number): Piece[] => [
    ['text', gap],
    [count === 0 ? 'faint' : tone, `${glyph} ${count}`],
  ]
  return [
    ['text', columns < 60 ? '' : ' '],
    ...one('good', glyphs.up, counts.up),
    ...(counts.unknown > 0 ? one('label', glyphs.unknown, counts.unknown) : []),
    ...one('warn', glyphs.drain, counts.drain),
    ...(counts.maintenance > 0 ? one('warn', glyphs.maintenance, counts.maintenance) : []),
    ...(counts.ejected > 0 ? one('bad', glyphs.ejected, counts.ejected) : []),
    ...one('bad', glyphs.down, counts.down),
  ]
}

/** Rate, spark, percentiles, errors, in flight; in their place what the reader must know first: nothing came yet, or nothing works. */
export function totalLine(frame: Frame): string {
  const {snapshot, latest} = frame
  if (latest.lost !== undefined) {
    const why = `the proxy is lost: ${shown(latest.lost.why)}; it is looked for again, and this is what was last known`
    return spread(frame, [['bad.strong', why]], [])
  }
  const reason = outage(snapshot)
  if (reason !== undefined) return spread(frame, [['bad.strong', shown(reason)]], [])
  if (snapshot.total.requests === 0 && snapshot.total.inFlight === 0) return invitation(frame)
  return trafficLine(frame, snapshot.total)
}

export function trafficLine(frame: Frame, traffic: Traffic): string {
  const {columns, glyphs, snapshot} = frame
  const width = usefulWidth(Math.max(20, columns - 66))
  const values = columnsOf(traffic.history, snapshot.at, width)
  const drawn: Piece[] =
    columns < 80 ? [] : [['text', ' '], ...spark(values, width, Math.max(0, ...values), glyphs)]
  const left: Piece[] = [['text', si(traffic.perSecond).padStart(5)], ['label', ' r/s'], ...drawn]
  return spread(frame, left, figures(frame, traffic))
}

/** Padded, so that nothing moves when a number grows a digit. */
function figures(frame: Frame, traffic: Traffic): Piece[] {
  const gap = frame.columns >= 100 ? '  ' : ' '
  const p99: Piece[] = [
    ['label', 'p99'],
    ['text', millisWithUnit(traffic.p99).padStart(7)],
  ]
  const middle: Piece[] = [
    ['label', 'p50'],
    ['text', millis(traffic.p50).padStart(5) + gap],
    ['label', 'p95'],
    ['text', millis(traffic.p95).padStart(5) + gap],
  ]
  const [role, share] = errorPiece(traffic.errorShare, false)
  const errors: Piece[] = [
    ['label', `${gap}err`],
    [role, `${share.padStart(5)}%`],
  ]
  const fly: Piece[] = [
    ['label', `${gap}fly`],
    ['text', si(traffic.inFlight).padStart(4)],
  ]
  if (frame.columns >= 80) return [...middle, ...p99, ...errors, ...fly]
  return frame.columns >= 60 ? [...p99, ...errors, ...fly] : [...errors, ...fly]
}

export const tabs = [
  {id: 'services', label: 'Services'},
  {id: 'requests', label: 'Requests'},
  {id: 'errors', label: 'Errors'},
  {id: 'events', label: 'Events'},
  {id: 'config', label: 'Config'},
] as const satisfies readonly {readonly id: Tab; readonly label: string}[]

/** Where the names of all tabs do not fit, only the active one has its name. */
export function tabLine(frame: Frame, right: readonly Piece[]): string {
  const named = tabPieces(frame, true)
  if (widthOfPieces(named) + widthOfPieces(right) + 3 <= frame.columns) return spread(frame, named, right)
  return spread(frame, tabPieces(frame, false), right)
}

function tabPieces({view}: Frame, areNamed: boolean): Piece[] {
  const pieces: Piece[] = []
  for (const [index, {id, label}] of tabs.entries()) {
    const isActive = id === view.tab
    const before = tabs[index - 1]
    if (before !== undefined)
      pieces.push(['text', isActive || before.id === view.tab || !areNamed ? ' ' : '  '])
    const name = areNamed || isActive ? `${index + 1} ${label}` : `${index + 1}`
    pieces.push(isActive ? ['accent.strong', `[${name}]`] : ['label', name])
  }
  return pieces
}
