/** What the last switch of strategy did: shares, percentiles and errors before and after, by instance and for the service. */
import type {ServiceSnapshot, SwitchFigures, SwitchInstance, SwitchSnapshot} from '../control/control.ts'
import {type Block, type Frame, rule, shown} from './frame.ts'
import {age, millis, percent, si, wholePercent} from './numbers.ts'
import {cutMiddle, fit, type Piece, widthOf} from './text.ts'

/** Percentiles and shares of fewer requests are chance. */
const ENOUGH = 20
const UNKNOWN = '-'
const MARGIN = 3
const GAP = 3

/** One side of a row: an instance, or (without a share) the service. */
type Side = SwitchFigures & Partial<Pick<SwitchInstance, 'share'>>

interface Row {
  readonly name: string
  readonly isService: boolean
  readonly before: Side | undefined
  /** undefined: too few yet */
  readonly after: Side | undefined
}

interface Change {
  readonly title: string
  /** columns of one side */
  readonly width: number
  readonly unit: string
  /** columns that the screen must have */
  readonly from: number
  readonly ofService: boolean
  text(side: Side): string
  worse?(before: Side, after: Side): boolean
}

const changes: readonly Change[] = [
  {title: 'SHARE', width: 3, unit: ' %', from: 0, ofService: false, text: shareText},
  {title: 'P50', width: 5, unit: '', from: 80, ofService: true, text: side => rated(side, millis(side.p50))},
  {title: 'P95', width: 5, unit: '', from: 60, ofService: true, text: side => rated(side, millis(side.p95))},
  {
    title: 'ERR%',
    width: 4,
    unit: '',
    from: 0,
    ofService: true,
    text: side => rated(side, percent(side.errorShare)),
    worse: (before, after) => (after.errorShare ?? 0) > Math.max(0.01, before.errorShare ?? 0),
  },
]

/** Nothing where there was no switch lately. */
export function lastSwitch(frame: Frame, service: ServiceSnapshot): Block {
  const {lastSwitch: change} = service
  if (change === undefined) return []
  const isEnough = change.after.requests >= ENOUGH
  const all = rowsOf(service, change, isEnough)
  const kept = all.length <= mostRows(frame) ? all : busiest(all, mostRows(frame))
  const more = all.length - kept.length
  const columns = changes.filter(({from}) => frame.columns >= from)
  const used = columns.reduce((sum, column) => sum + GAP + widthOfChange(frame, column), MARGIN + 1)
  const nameWidth = Math.max(6, Math.min(30, frame.columns - used))
  const {before, after} = change
  const whole: Row = {name: 'all', isService: true, before, after: isEnough ? after : undefined}
  return [
    rule(frame, titleOf(frame, change), frame.columns, canUndo(frame, service) ? 'u undo' : ''),
    headerOf(frame, columns, nameWidth),
    ...[...kept, whole].map(row => lineOfRow(frame, columns, nameWidth, row)),
    ...(more > 0 ? [[['label', `   and ${si(more)} more`] as const]] : []),
    ...(isEnough ? [] : [[['label', `   too few requests yet: ${after.requests} since`] as const]]),
  ]
}

function rowsOf({instances}: ServiceSnapshot, {before, after}: SwitchSnapshot, isEnough: boolean): Row[] {
  const earlier = new Map(before.instances.map(side => [side.key, side]))
  const later = new Map(after.instances.map(side => [side.key, side]))
  return instances.flatMap(({key}) => {
    const [one, other] = [earlier.get(key), later.get(key)]
    if (one === undefined && other === undefined) return []
    return [{name: key, isService: false, before: one, after: isEnough ? other : undefined}]
  })
}

/** In the order of the table, those that had most before or have most now. */
function busiest(rows: readonly Row[], most: number): readonly Row[] {
  const part = ({before, after}: Row) => Math.max(before?.share ?? 0, after?.share ?? 0)
  const kept = new Set(rows.toSorted((one, other) => part(other) - part(one)).slice(0, most))
  return rows.filter(row => kept.has(row))
}

function mostRows({height}: Frame): number {
  return height < 30 ? 4 : height < 45 ? 6 : 10
}

/** How long it was before is said where there is room for it. */
function titleOf({glyphs, snapshot, columns}: Frame, {at, from, to, before}: SwitchSnapshot): string {
  const title = `strategy ${from} ${glyphs.arrow} ${to} ${age(snapshot.at - at)} ago`
  const long = `${title}, against ${age(before.ms)} before`
  return widthOf(long) + 20 <= columns ? long : title
}

/** The key takes back whatever was changed last: said only where that is this. */
function canUndo({view, readOnly}: Frame, {name}: ServiceSnapshot): boolean {
  const last = view.undo.at(-1)
  return !readOnly && last?.type === 'set-strategy' && last.service === name
}

function widthOfChange({glyphs}: Frame, {width, unit}: Change): number {
  return 2 * width + widthOf(glyphs.arrow) + 2 + unit.length
}

function headerOf(frame: Frame, columns: readonly Change[], nameWidth: number): Piece[] {
  const titles = columns.map(
    column => ' '.repeat(GAP) + fit(column.title, widthOfChange(frame, column), 'left', ''),
  )
  return [['label', `${' '.repeat(MARGIN)}${fit('INSTANCE', nameWidth, 'left', '')}${titles.join('')}`]]
}

function lineOfRow(frame: Frame, columns: readonly Change[], nameWidth: number, row: Row): Piece[] {
  const {cut} = frame.glyphs
  const name = fit(cutMiddle(shown(row.name), nameWidth, cut), nameWidth, 'left', cut)
  return [['text', `${' '.repeat(MARGIN)}${name}`], ...columns.flatMap(column => cellOf(frame, column, row))]
}

function cellOf(frame: Frame, column: Change, {isService, before, after}: Row): Piece[] {
  const {width, unit, ofService, text, worse} = column
  if (isService && !ofService) return [['text', ' '.repeat(GAP + widthOfChange(frame, column))]]
  const [one, other] = [before, after].map(side => (side === undefined ? UNKNOWN : text(side)))
  const isWorse = before !== undefined && after !== undefined && worse?.(before, after) === true
  return [
    ['label', `${' '.repeat(GAP)}${fit(one ?? '', width, 'right', '')} ${frame.glyphs.arrow} `],
    [isWorse && other !== UNKNOWN ? 'bad' : 'text', fit(other ?? '', width, 'right', '')],
    ['label', unit],
  ]
}

function shareText({share}: Side): string {
  return share === undefined ? UNKNOWN : wholePercent(share).replace('%', '')
}

function rated({requests}: Side, text: string): string {
  return requests < ENOUGH ? UNKNOWN : text
}
