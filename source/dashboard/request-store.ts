/** The requests that the dashboard holds: bounded, filtered as they come, and standing still on demand. */
// Longer than our files are: the list that moves, the one that stands still and what is counted are kept true by one writer.
import type {
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  RequestView,
} from '../control/requests.ts'
import {parseFilter} from '../requests/filter.ts'
import type {RateWindow} from '../requests/routes.ts'
import {HeatLog} from './heat-log.ts'

/** As many as the recorder holds, and of what falls out of these the latest problems. */
const CAPACITY = 20_000
const OLD_PROBLEMS = 2000
/** Trimming costs some milliseconds: it is done for so many at once. */
const SLACK = 4000

/** The latest ones, of which none was left out: what is older are problems alone, and would pass for the share of them. */
export function unbroken(requests: readonly RequestView[]): readonly RequestView[] {
  return requests.length > CAPACITY ? requests.slice(-CAPACITY) : requests
}

export function unbrokenCount(requests: readonly RequestView[]): number {
  return Math.min(requests.length, CAPACITY)
}

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
  /** what is counted by route and cause: all that is held, whether the list stands still or not, but for a pause */
  readonly counted: readonly RequestView[]
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
  /** rises with each change of `counted` */
  readonly version: number
  /** over which rates can be told of `counted`: see `RateWindow` */
  window(now: number): RateWindow
}

/** How the list is looked at. */
export interface Looking {
  readonly filter: string
  readonly standsStill: boolean
  /** epoch ms; later requests are left out; undefined: none are */
  readonly until: number | undefined
  /** what is on screen is counted over all that is held */
  readonly counts: boolean
  /** another number than before: what is held is too old, all is to be read again */
  readonly anew: number
}

interface Lists {
  all: RequestView[]
  shown: RequestView[]
}

/** As many as a screen could show. */
const PROBLEMS = 200
const RATE_MS = 10_000
/** So much news is kept for whoever looks at a list that stands still; beyond that the recorder is read again afterwards. */
const NEWS_KEPT = 4000

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
  #live: Lists = none()
  #still: Lists | undefined
  #looking: Looking = {filter: '', standsStill: false, until: undefined, counts: false, anew: 0}
  #matches: ((request: RequestView) => boolean) | undefined
  /** what came since the list stands still, held or not */
  #news = 0
  /** what has come is not held in the list */
  #lacks = false
  /** nothing counts before all has been read again */
  #awaitsAll = false
  #problemIds = new Set<string>()
  /** epoch ms at which the last one ended that is counted in the heat map */
  #heatUntil = Number.NEGATIVE_INFINITY

  get shown(): readonly RequestView[] {
    return (this.#still ?? this.#live).shown
  }

  get all(): readonly RequestView[] {
    return (this.#still ?? this.#live).all
  }

  get counted(): readonly RequestView[] {
    return (this.#isPaused ? (this.#still ?? this.#live) : this.#live).all
  }

  get #isPaused(): boolean {
    return this.#looking.until !== undefined
  }

  /** What moves and is looked at has a gap: all that is held has to be read again. */
  get lacksRequests(): boolean {
    return this.#awaitsAll || (this.#lacks && (this.#still === undefined || this.#countsOn))
  }

  /** The list may stand still, what is counted does not. */
  get #countsOn(): boolean {
    return this.#looking.counts && !this.#isPaused
  }

  /** Ten seconds; shorter where traffic has pushed older ones out, ending with a pause. */
  window(now: number): RateWindow {
    const to = this.#looking.until ?? now
    const {counted} = this
    // The older ones among more than that are some problems, not all that was.
    const first = counted.length > CAPACITY ? counted[counted.length - CAPACITY] : undefined
    const from = Math.max(to - RATE_MS, first === undefined ? 0 : first.at + first.duration)
    return {from: Math.min(from, to - 1), to}
  }

  /** Filters anew only when the filter is another one; begins or ends to stand still. */
  look(looking: Looking): void {
    const {filter, standsStill, until, anew} = this.#looking
    const isOther = filter !== looking.filter
    this.#looking = looking
    const isAnew = anew !== looking.anew
    if (!isOther && !isAnew && standsStill === looking.standsStill && until === looking.until) return
    if (isAnew) this.#dropAll()
    if (isOther) this.#filter(looking.filter)
    this.version++
    this.fresh = 0
    this.#news = 0
    this.#stand()
  }

  /** `isAnew`: it is all that is held, and not what is new. */
  add({requests, missed}: RequestBatch, isAnew: boolean): void {
    // Asked for before all was to be read again.
    if (this.#awaitsAll && !isAnew) return
    this.#awaitsAll = false
    const isFirst = !this.isLoaded
    this.isLoaded = true
    this.missed += missed
    if (isAnew) {
      this.#live = this.#matches === undefined ? none() : {all: [], shown: []}
      this.#lacks = false
    }
    if (requests.length === 0 && !isFirst) return
    if (!this.#isPaused || isFirst) this.version++
    const {fresh} = this
    // What is read again was counted before.
    const counted = isAnew ? this.#heatUntil : Number.NEGATIVE_INFINITY
    for (const request of requests) this.#add(request, counted, isAnew)
    // What is read again is no news, nor is what was there before anybody looked.
    if (this.#still === undefined || isFirst) this.fresh = 0
    else if (isAnew) this.fresh = fresh
    if (isAnew) this.#news = 0
    this.addProblems(requests.filter(({problem}) => problem))
    if (this.#live.all.length > CAPACITY + OLD_PROBLEMS + SLACK) this.#live = trimmed(this.#live)
    // It stands still since before anything was there.
    if (isFirst) this.#stand()
  }

  /** Those that are known already are left out. */
  addProblems(problems: readonly RequestView[]): void {
    const news = problems.filter(({id}) => !this.#problemIds.has(id))
    if (news.length === 0) return
    this.problems = [...this.problems, ...news].slice(-PROBLEMS)
    this.#problemIds = new Set(this.problems.map(({id}) => id))
  }

  /** Lets go of all but the problems, unless the list stands still for somebody; says whether it did. */
  forget(): boolean {
    if (!this.isLoaded || this.#still !== undefined) return false
    this.#live = none()
    this.isLoaded = false
    this.version++
    return true
  }

  /** Until all has been read again the problems are what is known. */
  #dropAll(): void {
    if (!this.isLoaded) return
    this.#live = none()
    this.isLoaded = false
    this.#awaitsAll = true
  }

  /** Those that ended later than `counted` are new to the heat map. */
  #add(request: RequestView, counted: number, isAnew: boolean): void {
    const end = request.at + request.duration
    if (end > counted) this.heat.add(request)
    if (end > this.#heatUntil) this.#heatUntil = end
    const isShown = this.#matches === undefined || this.#matches(request)
    if (isShown) this.fresh++
    if (this.#still !== undefined && !this.#countsOn && !isAnew && this.#news++ > NEWS_KEPT)
      this.#lacks = true
    if (this.#lacks) return
    const {all, shown} = this.#live
    all.push(request)
    if (shown !== all && isShown) shown.push(request)
  }

  #filter(text: string): void {
    const filter = parseFilter(text)
    this.#matches = filter.ok && !filter.matchesAll ? filter.matches : undefined
    const {all} = this.#live
    this.#live = {all, shown: this.#matches === undefined ? all : all.filter(this.#matches)}
  }

  /** As long as the recorder has not answered, the problems are what is known. */
  #stand(): void {
    const {standsStill, until} = this.#looking
    const held = this.isLoaded ? this.#live : this.#onlyProblems()
    this.#still = standsStill ? copied(held, until) : undefined
  }

  #onlyProblems(): Lists {
    const all = [...this.problems]
    return {all, shown: this.#matches === undefined ? all : all.filter(this.#matches)}
  }
}

function none(): Lists {
  const all: RequestView[] = []
  return {all, shown: all}
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
