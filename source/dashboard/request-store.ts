/** The requests that the dashboard holds: bounded, filtered as they come, and standing still on demand. */
import type {
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  RequestView,
} from '../control/requests.ts'
import {parseFilter} from '../requests/filter.ts'
import {HeatLog} from './heat-log.ts'

/** As many as the recorder holds, and of what falls out of these the latest problems. */
const CAPACITY = 20_000
const OLD_PROBLEMS = 2000
/** Trimming costs some milliseconds: it is done for so many at once. */
const SLACK = 4000

/** A request that was sent again, and what came of it. */
export interface Replays {
  readonly original: RequestDetail
  readonly results: readonly ReplayResult[]
}

/** What a screen may know of requests. Lists are oldest first. */
export interface HeldRequests {
  /** those that match the filter; the same list until more comes, or for as long as it stands still */
  readonly shown: readonly RequestView[]
  /** all that are held, or were when it began to stand still */
  readonly all: readonly RequestView[]
  /** matching ones that came since it stands still */
  readonly fresh: number
  readonly problems: readonly RequestView[]
  /** how long they took, second by second */
  readonly heat: Pick<HeatLog, 'read'>
  readonly inFlight: readonly InFlightView[]
  /** what the control said of the requests that are looked at, by id */
  readonly details: ReadonlyMap<string, RequestDetail>
  readonly replays: Replays | undefined
  /** came and went between two looks */
  readonly missed: number
  /** the recorder was asked and has answered */
  readonly isLoaded: boolean
  /** rises with each change of `all` */
  readonly version: number
}

/** How the list is looked at. */
export interface Looking {
  readonly filter: string
  readonly standsStill: boolean
  /** epoch ms; later requests are left out; undefined: none are */
  readonly until: number | undefined
}

interface Lists {
  all: RequestView[]
  shown: RequestView[]
}

const PROBLEMS = 200

export class RequestStore implements HeldRequests {
  inFlight: readonly InFlightView[] = []
  details: ReadonlyMap<string, RequestDetail> = new Map()
  replays: Replays | undefined
  missed = 0
  isLoaded = false
  fresh = 0
  version = 0
  problems: readonly RequestView[] = []
  readonly heat = new HeatLog()
  #live: Lists = {all: [], shown: []}
  #still: Lists | undefined
  #looking: Looking = {filter: '', standsStill: false, until: undefined}
  #matches: ((request: RequestView) => boolean) | undefined

  get shown(): readonly RequestView[] {
    return (this.#still ?? this.#live).shown
  }

  get all(): readonly RequestView[] {
    return (this.#still ?? this.#live).all
  }

  /** Filters anew only when the filter is another one; begins or ends to stand still. */
  look(looking: Looking): void {
    const {filter, standsStill, until} = this.#looking
    const isOther = filter !== looking.filter
    if (!isOther && standsStill === looking.standsStill && until === looking.until) return
    this.#looking = looking
    if (isOther) this.#filter(looking.filter)
    this.version++
    this.fresh = 0
    this.#still = looking.standsStill ? copied(this.#live, looking.until) : undefined
  }

  add({requests, missed}: RequestBatch): void {
    this.isLoaded = true
    this.missed += missed
    if (requests.length === 0) return
    this.version++
    const {all, shown} = this.#live
    const problems: RequestView[] = []
    for (const request of requests) {
      all.push(request)
      this.heat.add(request)
      if (request.problem) problems.push(request)
      if (this.#matches !== undefined && !this.#matches(request)) continue
      if (shown !== all) shown.push(request)
      this.fresh++
    }
    if (this.#still === undefined) this.fresh = 0
    if (problems.length > 0) this.problems = [...this.problems, ...problems].slice(-PROBLEMS)
    if (all.length > CAPACITY + OLD_PROBLEMS + SLACK) this.#live = trimmed(this.#live)
  }

  #filter(text: string): void {
    const filter = parseFilter(text)
    this.#matches = filter.ok && !filter.matchesAll ? filter.matches : undefined
    const {all} = this.#live
    this.#live = {all, shown: this.#matches === undefined ? all : all.filter(this.#matches)}
  }
}

function copied({all, shown}: Lists, until: number | undefined): Lists {
  if (until === undefined) {
    const still = [...all]
    return {all: still, shown: shown === all ? still : [...shown]}
  }
  const was = (request: RequestView) => request.at + request.duration <= until
  const still = all.filter(was)
  return {all: still, shown: shown === all ? still : shown.filter(was)}
}

/** Without the oldest, of which only the latest problems stay. What is shown are some of all, in the same order. */
function trimmed({all, shown}: Lists): Lists {
  const end = all.length - CAPACITY
  const old = all.slice(0, end)
  const keptOld = new Set(old.filter(request => request.problem).slice(-OLD_PROBLEMS))
  const kept = [...keptOld, ...all.slice(end)]
  if (shown === all) return {all: kept, shown: kept}
  const shownOld: RequestView[] = []
  let next = 0
  for (const request of old) {
    if (shown[next] !== request) continue
    next++
    if (keptOld.has(request)) shownOld.push(request)
  }
  return {all: kept, shown: [...shownOld, ...shown.slice(next)]}
}

/** With the bodies where they have come. */
export function detailOf({details}: HeldRequests, request: RequestView): RequestDetail {
  return details.get(request.id) ?? {request, skipped: [], requestBody: undefined, responseBody: undefined}
}
