/** The third tab: what went wrong, grouped by cause, blame, instance and route, and why. */
import type {ErrorGroup} from '../requests/errors.ts'
import {whyOf} from '../requests/why.ts'
import {errorsOf} from './aggregates.ts'
import {blameTones, faultWords} from './fault-words.ts'
import {type Block, blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {tabLine, titleLine, totalLine} from './header.ts'
import {count, si, timeOfDay} from './numbers.ts'
import {instanceName, shortNames, statusPiece} from './request-columns.ts'
import {type Column, left, right, tableHeader, tableLine, unsorted} from './table.ts'
import {cut, cutMiddle, type Piece} from './text.ts'
import {wrapped} from './wrapped.ts'

/** A rule and three lines on the latest of the group that is selected. */
const WHOLE = 4

function wholeLines({height}: Pick<Stage, 'height'>): number {
  return height >= 16 ? WHOLE : 0
}

export function errorRoom(stage: Stage): number {
  return Math.max(1, stage.height - 4 - (stage.height >= 12 ? 1 : 0) - wholeLines(stage))
}

export function drawErrors(frame: Frame): string[] {
  const {view, height, requests} = frame
  const groups = errorsOf(frame)
  const columns = errorColumns(frame)
  const lines = [titleLine(frame, undefined)]
  if (height >= 12) lines.push(totalLine(frame))
  lines.push(tabLine(frame, held(frame)), tableHeader(columns, unsorted, frame))
  const {top, index} = view.errors
  for (const [row, group] of groups.slice(top, top + errorRoom(frame)).entries())
    lines.push(tableLine(columns, group, ' ', top + row === index, frame))
  if (groups.length === 0) {
    const words = requests.isLoaded ? 'nothing went wrong among the requests held' : 'reading the recorder'
    lines.push(lineOf(frame, [['label', `   ${words}`]]))
  }
  const whole = wholeLines(frame) > 0 ? why(frame, groups[index]) : []
  while (lines.length < height - 1 - whole.length) lines.push(blankLine(frame))
  return [...lines, ...whole.map(pieces => lineOf(frame, pieces))]
}

function held({requests, columns}: Frame): Piece[] {
  return columns < 72 ? [] : [['label', `of ${count(requests.counted.length)} requests held, most first`]]
}

function why(frame: Frame, group: ErrorGroup | undefined): Block {
  if (group === undefined) return []
  const {latest} = group
  const title = `the latest: ${shown(latest.method)} ${shown(latest.target)}`
  const text = wrapped(shown(whyOf(latest).text), frame.columns - 2).slice(0, WHOLE - 1)
  const lines: Piece[][] = text.map(line => [['text', ` ${line}`]])
  while (lines.length < WHOLE - 1) lines.push([])
  return [rule(frame, title, frame.columns, `#${latest.id}`), ...lines]
}

/** 120 adds the service; under 80 the blame goes, under 60 the instance too. */
function errorColumns(frame: Frame): Column<ErrorGroup>[] {
  const {columns, snapshot} = frame
  const isNarrow = columns < 60
  const isBase = columns >= 80
  const instance = isNarrow ? 0 : columns >= 120 ? 22 : 10
  const service = columns >= 120 ? 14 : 0
  const cause = columns >= 120 ? 18 : 14
  const fixed = 3 + 5 + 1 + cause + 1 + 4 + (isBase ? 9 : 0) + (instance > 0 ? instance + 1 : 0)
  const more = (service > 0 ? service + 1 + 8 : 0) + (columns >= 60 ? 9 : 0)
  const route = Math.max(4, columns - fixed - more - 2)
  const isShort = shortNames(snapshot)
  return [
    right('COUNT', 0, 5, group => [['text.strong', si(group.count + group.retried)]]),
    left('CAUSE', 1, cause, group => [
      [group.fault === undefined ? 'warn' : 'bad', cut(causeOf(group), cause, frame.glyphs.cut)],
    ]),
    right('CODE', 0, 5, group => [statusPiece(group.status)]),
    ...(isBase ? [left<ErrorGroup>('BLAME', 1, 8, group => [[blameTones[group.blame], group.blame]])] : []),
    ...(service > 0
      ? [
          left<ErrorGroup>('SERVICE', 1, service, group => [
            ['text', cut(shown(group.service ?? '-'), service, frame.glyphs.cut)],
          ]),
        ]
      : []),
    ...(instance > 0
      ? [
          left<ErrorGroup>('INSTANCE', 1, instance, ({instance: key, service: name}) => [
            [
              key === '' ? 'faint' : 'text',
              instanceName(shown(key) || '-', name, instance, isShort, frame.glyphs.cut),
            ],
          ]),
        ]
      : []),
    left('ROUTE', 1, route, group => [['text', cutMiddle(shown(group.route), route, frame.glyphs.cut)]]),
    ...(service > 0
      ? [right<ErrorGroup>('RETRIED', 1, 7, group => [['warn', group.retried > 0 ? si(group.retried) : '']])]
      : []),
    ...(columns >= 60
      ? [
          left<ErrorGroup>('LATEST', 1, 8, ({latest}) => [
            ['label', timeOfDay(latest.at + latest.duration, snapshot.at)],
          ]),
        ]
      : []),
  ]
}

function causeOf({fault, status}: ErrorGroup): string {
  return fault === undefined ? `answered ${status}` : faultWords(fault)
}
