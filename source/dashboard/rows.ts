/** The rows of the two tables: which, in which order, and which of them is selected. */
import type {InstanceSnapshot, ServiceSnapshot, Snapshot, Traffic} from '../control/control.ts'
import {needsAttention, standingOf} from './standing.ts'
import type {ListView, Place, SortKey, View} from './view.ts'

interface ServiceRow {
  readonly kind: 'service'
  readonly service: ServiceSnapshot
  readonly folded: boolean
}

export interface InstanceRow {
  readonly kind: 'instance'
  readonly service: ServiceSnapshot
  readonly instance: InstanceSnapshot
}

export type Row = ServiceRow | InstanceRow

/** Sort values by place, taken now and then and not with each snapshot: rows that change seats cannot be read. */
export type Ranking = ReadonlyMap<string, number | string>

export function placeKey(service: string, instance?: string): string {
  return instance === undefined ? service : `${service}\n${instance}`
}

export function placeOf(row: Row): Place {
  return {service: row.service.name, instance: row.kind === 'instance' ? row.instance.key : undefined}
}

interface Made<Rows> {
  /** all that the rows depend on, beside what they are kept with */
  readonly of: readonly unknown[]
  readonly rows: Rows
}

const made = new WeakMap<object, Made<readonly Row[]>>()

/** A key, and what it changes, look at the same rows several times: thousands are put in order once. */
function once<Rows extends readonly Row[]>(subject: object, of: readonly unknown[], make: () => Rows): Rows {
  const known = made.get(subject)
  if (known?.of.every((part, index) => part === of[index])) return known.rows as Rows
  const rows = make()
  made.set(subject, {of, rows})
  return rows
}

/** Services with their instances below them. */
export function overviewRows(snapshot: Snapshot, view: View, ranking: Ranking): readonly Row[] {
  const {overview, onlyUnhealthy, folded} = view
  const of = [overview.sort, overview.reversed, onlyUnhealthy, folded, ranking]
  return once(snapshot, of, () => allRows(snapshot, view, ranking))
}

function allRows(snapshot: Snapshot, view: View, ranking: Ranking): readonly Row[] {
  const {overview, onlyUnhealthy, folded} = view
  const rows: Row[] = []
  for (const service of sorted(snapshot.services, each => placeKey(each.name), overview, ranking)) {
    const instances = shownInstances(service, onlyUnhealthy)
    if (onlyUnhealthy && instances.length === 0 && service.selectable > 0) continue
    const isFolded = folded.has(service.name)
    rows.push({kind: 'service', service, folded: isFolded})
    if (isFolded) continue
    const order = sorted(instances, each => placeKey(service.name, each.key), overview, ranking)
    for (const instance of order) rows.push({kind: 'instance', service, instance})
  }
  return rows
}

/** The instances of one service. */
export function detailRows(service: ServiceSnapshot, view: View, ranking: Ranking): readonly InstanceRow[] {
  const {detail, onlyUnhealthy} = view
  return once(service, [detail.sort, detail.reversed, onlyUnhealthy, ranking], () =>
    instanceRows(service, view, ranking),
  )
}

function instanceRows(service: ServiceSnapshot, view: View, ranking: Ranking): readonly InstanceRow[] {
  const instances = shownInstances(service, view.onlyUnhealthy)
  const order = sorted(instances, each => placeKey(service.name, each.key), view.detail, ranking)
  return order.map(instance => ({kind: 'instance', service, instance}))
}

function shownInstances(service: ServiceSnapshot, onlyUnhealthy: boolean): readonly InstanceSnapshot[] {
  return onlyUnhealthy ? service.instances.filter(needsAttention) : service.instances
}

function sorted<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  list: ListView,
  ranking: Ranking,
): readonly T[] {
  if (list.sort === undefined) return list.reversed ? items.toReversed() : items
  const sign = list.reversed ? -1 : 1
  const ranked = items.map(item => ({item, rank: ranking.get(keyOf(item)) ?? 0}))
  ranked.sort((a, b) => sign * (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
  return ranked.map(each => each.item)
}

/** Numbers rank from high to low, so their values are negated; names and states from a to z, worst first. */
export function rankingOf(snapshot: Snapshot, sort: SortKey | undefined): Ranking {
  const ranking = new Map<string, number | string>()
  if (sort === undefined) return ranking
  for (const service of snapshot.services) {
    const serviceRank =
      sort === 'name' ? service.name : sort === 'state' ? service.selectable : -measure(service.traffic, sort)
    ranking.set(placeKey(service.name), serviceRank)
    for (const instance of service.instances) {
      const rank =
        sort === 'name'
          ? instance.key
          : sort === 'state'
            ? severity(instance)
            : -measure(instance.traffic, sort)
      ranking.set(placeKey(service.name, instance.key), rank)
    }
  }
  return ranking
}

function severity(instance: InstanceSnapshot): number {
  return ['down', 'ejected', 'maintenance', 'drain', 'drained', 'unknown', 'up'].indexOf(standingOf(instance))
}

function measure(traffic: Traffic, sort: Exclude<SortKey, 'name' | 'state'>): number {
  switch (sort) {
    case 'rps':
      return traffic.perSecond
    case 'p50':
    case 'p95':
    case 'p99':
      return traffic[sort] ?? -1
    case 'err':
      return traffic.errorShare ?? -1
    case 'fly':
      return traffic.inFlight
    case 'total':
      return traffic.requests
  }
}

/** The list with its selection found again among the rows and its window moved so that the selection is in it. */
export function settledList(list: ListView, rows: readonly Row[], height: number): ListView {
  const index = selectedIndex(list, rows)
  const row = rows[index]
  const room = Math.max(1, height)
  const highest = Math.max(0, rows.length - room)
  const top = Math.min(highest, Math.max(Math.min(list.top, index), index - room + 1))
  const selected = row === undefined ? list.selected : placeOf(row)
  const same = list.selected?.service === selected?.service && list.selected?.instance === selected?.instance
  return same && list.index === index && list.top === top ? list : {...list, selected, index, top}
}

/** A row that is gone leaves the selection to its service, or to what stands in its place. */
function selectedIndex(list: ListView, rows: readonly Row[]): number {
  const {selected} = list
  if (selected !== undefined) {
    const exact = rows.findIndex(row => isAt(row, selected))
    if (exact >= 0) return exact
    const service = rows.findIndex(row => row.kind === 'service' && row.service.name === selected.service)
    if (service >= 0) return service
  }
  return Math.max(0, Math.min(list.index, rows.length - 1))
}

export function isAt(row: Row, place: Place | undefined): boolean {
  if (place === undefined || row.service.name !== place.service) return false
  return row.kind === 'instance' ? row.instance.key === place.instance : place.instance === undefined
}
