/** The columns of the list of requests, by width. */
import type {Snapshot} from '../control/control.ts'
import type {RequestView} from '../control/requests.ts'
import {reasonOf} from './fault-words.ts'
import {quiet, shown} from './frame.ts'
import {bytes, duration, timeOfDay, timeWithMillis} from './numbers.ts'
import {type Column, left, right} from './table.ts'
import {cut, cutMiddle, type Piece, widthOf} from './text.ts'
import {whereBar} from './where.ts'

/** 140 adds host, bytes and the reason; under 80 the bar goes, under 60 the instance too. */
export function requestColumns(width: number, snapshot: Snapshot): Column<RequestView>[] {
  if (width < 60) return narrow(width)
  const upstream = width < 80 ? 11 : width < 104 ? 12 : upstreamWidth(snapshot)
  const time = width < 72 ? 8 : 12
  const where = width < 80 ? 0 : width < 104 ? 10 : 16
  const more = width >= 140
  const fixed = 3 + time + 1 + 7 + 1 + upstream + 1 + 4 + 1 + 6 + (where > 0 ? where + 2 : 0)
  const host = more ? Math.min(24, Math.floor((width - fixed - 30) / 3)) : 0
  const path = width - 1 - fixed - 1 - (more ? host + 31 : 0)
  return [
    timeColumn(time),
    methodColumn,
    ...(more ? [hostColumn(host)] : []),
    pathColumn(path),
    upstreamColumn(upstream, shortNames(snapshot)),
    codeColumn,
    durationColumn,
    ...(where > 0 ? [whereColumn(where)] : []),
    ...(more ? [bytesColumn('IN', 'bytesIn'), bytesColumn('OUT', 'bytesOut'), whyColumn] : []),
  ]
}

/** Room for the whole name of an instance, as far as names are of a usual length. */
function upstreamWidth({services}: Snapshot): number {
  let longest = 10
  for (const {instances} of services)
    for (const {key} of instances.slice(0, 500)) longest = Math.max(longest, key.length)
  return 2 + Math.min(24, longest)
}

function narrow(width: number): Column<RequestView>[] {
  const time = width < 48 ? 0 : 8
  const columns = [
    methodColumn,
    pathColumn(width - 24 - (time > 0 ? time + 1 : 0)),
    codeColumn,
    durationColumn,
  ]
  return time > 0 ? [timeColumn(time), ...columns] : [{...methodColumn, gap: 0}, ...columns.slice(1)]
}

function timeColumn(width: number): Column<RequestView> {
  const text = width < 12 ? timeOfDay : timeWithMillis
  // The end: that is the order of the list, and what other access logs show.
  return left('TIME', 0, width, ({at, duration: took}, {snapshot}) => [
    ['label', text(at + took, snapshot.at)],
  ])
}

const methodColumn = left<RequestView>('METHOD', 1, 7, ({method}, {glyphs}) => [
  ['text', cut(shown(method), 7, glyphs.cut)],
])

function hostColumn(width: number): Column<RequestView> {
  return left('HOST', 1, width, ({host}, {glyphs}) => [['label', cut(shown(host), width, glyphs.cut)]])
}

function pathColumn(width: number): Column<RequestView> {
  return left('PATH', 1, width, ({target}, {glyphs}) => [['text', cut(shown(target), width, glyphs.cut)]])
}

/** The instance that was asked last, after the sign that others were before it. */
function upstreamColumn(width: number, isShort: boolean): Column<RequestView> {
  return left('UPSTREAM', 1, width, (request, {glyphs}) => {
    const name = shown(request.attempts.at(-1)?.instance ?? '')
    const sign: Piece = request.attemptCount > 1 ? ['warn', `${glyphs.retried} `] : ['text', '  ']
    if (name === '') return [sign, ['faint', '-']]
    return [sign, ['text', instanceName(name, request.service, width - 2, isShort, glyphs.cut)]]
  })
}

/** `api :3001` where that says it all and there is no room for the address. */
export function instanceName(
  key: string,
  service: string | undefined,
  width: number,
  isShort: boolean,
  mark: string,
): string {
  if (key.length <= width || !isShort || service === undefined) return cutMiddle(key, width, mark)
  const port = key.slice(key.lastIndexOf(':'))
  const name = shown(service)
  return widthOf(name) + 1 + port.length > width ? cut(port, width, '') : `${name} ${port}`
}

/** All instances have one address: the port is enough to know them apart. */
export function shortNames({services}: Snapshot): boolean {
  const address = services[0]?.instances[0]?.address
  return services.every(({instances}) => instances.every(instance => instance.address === address))
}

const codeColumn = right<RequestView>('CODE', 1, 4, ({status}) => [statusPiece(status)])

export function statusPiece(status: number): Piece {
  const text = status > 0 && status < 1000 ? String(status) : '-'
  if (status >= 500) return ['bad', text]
  if (status >= 400) return [status === 499 ? 'label' : 'warn', text]
  return [status >= 200 && status < 300 ? 'good' : 'text', text]
}

const durationColumn = right<RequestView>('DUR', 1, 6, request => [quiet(duration(request.duration))])

function whereColumn(width: number): Column<RequestView> {
  return left('WHERE', 2, width, (request, {glyphs}) => whereBar(request, width, glyphs))
}

function bytesColumn(title: string, of: 'bytesIn' | 'bytesOut'): Column<RequestView> {
  return right(title, 1, 6, request => [quiet(bytes(request[of]), 'label')])
}

const whyColumn = left<RequestView>('WHY', 2, 14, (request, {glyphs}) => {
  const reason = reasonOf(request)
  return [[request.fault === undefined ? 'warn' : 'bad', cut(reason ?? '', 14, glyphs.cut)]]
})
