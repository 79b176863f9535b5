/** Brings a view in line with where it stands: selections found again, windows moved, what is gone closed. */
import {errorKey, errorsOf, routeKey, routesOf} from './aggregates.ts'
import {errorRoom} from './errors.ts'
import {settledEvents} from './events.ts'
import type {Stage} from './frame.ts'
import {settledKeys} from './keyed-list.ts'
import {latencyKeys, latencyRoom} from './latency.ts'
import {overviewPlan} from './overview.ts'
import {overviewColumns} from './overview-columns.ts'
import {policyOf, policyRoom} from './policy.ts'
import {settledRequests} from './request-list.ts'
import {routeRoom} from './routes.ts'
import {detailRows, overviewRows, type Row, settledList} from './rows.ts'
import {detailRoom} from './service.ts'
import {instanceColumns} from './service-columns.ts'
import type {ListView, SortKey, View} from './view.ts'
import {openService, screenOf} from './view.ts'

/** The rows of the table on screen; none on a tab that has no instances. */
export function rowsOf(view: View, stage: Stage): readonly Row[] {
  const service = openService(view, stage.snapshot)
  if (view.tab !== 'services') return []
  if (service !== undefined && view.pane !== 'instances') return []
  if (service !== undefined) return detailRows(service, view, stage.ranking)
  return overviewRows(stage.snapshot, view, stage.ranking)
}

/** Lines that the table on screen has for its rows. */
export function roomOf(view: View, stage: Stage, rowCount: number): number {
  return openService(view, stage.snapshot) === undefined
    ? overviewPlan(stage, Math.max(1, rowCount)).rows
    : detailRoom(stage, rowCount)
}

/** The list that the table on screen shows. */
export function listOf(view: View, stage: Stage): ListView {
  return screenOf(view, stage.snapshot) === 'service' ? view.detail : view.overview
}

export function withList(view: View, stage: Stage, list: ListView): View {
  return screenOf(view, stage.snapshot) === 'service' ? {...view, detail: list} : {...view, overview: list}
}

export function selectedRow(view: View, stage: Stage): Row | undefined {
  return rowsOf(view, stage)[listOf(view, stage).index]
}

/** What the table on screen can be sorted by, from left to right. */
export function sortKeys(view: View, stage: Stage): SortKey[] {
  const service = openService(view, stage.snapshot)
  const columns =
    service === undefined ? overviewColumns(stage, view.totals) : instanceColumns(stage, service, view.totals)
  return columns.map(column => column.sort).filter(sort => sort !== undefined)
}

interface Keyed {
  readonly of: 'errors' | 'latency' | 'routes' | 'policy'
  readonly keys: readonly string[]
  readonly room: number
}

/** The list on screen whose rows have keys; undefined: it is of another sort. */
export function keyedOn(view: View, stage: Stage): Keyed | undefined {
  const screen = screenOf(view, stage.snapshot)
  if (screen === 'errors') return {of: screen, keys: errorsOf(stage).map(errorKey), room: errorRoom(stage)}
  const service = openService(view, stage.snapshot)
  if (service === undefined) return undefined
  if (screen === 'latency') return {of: screen, keys: latencyKeys(service), room: latencyRoom(stage, service)}
  if (screen === 'policy')
    return {of: screen, keys: policyOf(stage, service).map(({key}) => key), room: policyRoom(stage)}
  if (screen !== 'routes') return undefined
  const keys = routesOf(stage, service.name, view.routeSort).map(routeKey)
  return {of: screen, keys, room: routeRoom(stage)}
}

export function settled(view: View, stage: Stage): View {
  if (view.tab === 'events') {
    const events = settledEvents(view, stage)
    return events === view.events ? view : {...view, events}
  }
  if (view.tab === 'requests') {
    const requests = settledRequests(view, stage)
    return requests === view.requests ? view : {...view, requests}
  }
  const keyed = keyedOn(view, stage)
  if (keyed !== undefined) {
    const list = settledKeys(view[keyed.of], keyed.keys, keyed.room)
    return list === view[keyed.of] ? view : {...view, [keyed.of]: list}
  }
  const rows = rowsOf(view, stage)
  const list = listOf(view, stage)
  const next = settledList(list, rows, roomOf(view, stage, rows.length))
  return next === list ? view : withList(view, stage, next)
}
