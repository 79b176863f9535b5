/** Two readings of the counters → rates, shares and percentiles. A meter per service and instance, read a few times a second. */
// Longer than our files are: all of it reads and moves one ring of readings.
import {type FaultCode, faultCodes, faults} from '../faults.ts'
import {type CellsAt, type Figures, figuresOf} from './figures.ts'
import {Cell, LANE_CELLS, type Lanes} from './lane.ts'
import type {FaultCount, Traffic} from './traffic.ts'

const HISTORY_SECONDS = 60
/** The minute window moves in steps: its start is the oldest of these copies. */
const STEP_MS = 10_000
const STEPS = 6
const RATE_WINDOW_MS = 2000

interface Reading {
  readonly at: number
  readonly requests: number
  readonly bytesIn: number
  readonly bytesOut: number
}

export class Meter {
  readonly #lanes: Lanes[]
  readonly #now = new Uint32Array(LANE_CELLS)
  /** copies of the cells, oldest first; equal neighbours are the same object */
  #steps: CellsAt[] = []
  #recent: Reading[] = []
  readonly #history: number[] = []
  #secondStartedAt: number
  #finishedAtSecond = 0
  #requests = 0
  #changedAt: number
  #traffic: Traffic | undefined
  #readAt = Number.NaN

  /** `at`: epoch ms, as for `read`. Counts before that are not this meter's. */
  constructor(lanes: readonly Lanes[], at: number) {
    this.#lanes = [...lanes]
    this.#secondStartedAt = at
    this.#changedAt = at
    this.#fill()
    this.#steps.push({at, cells: this.#now.slice()})
    this.#recent.push({
      at,
      requests: 0,
      bytesIn: this.#wide(Cell.BYTES_IN),
      bytesOut: this.#wide(Cell.BYTES_OUT),
    })
  }

  /** Counts these as well from here on; nothing has been counted in them yet. */
  add(lanes: Lanes): void {
    this.#lanes.push(lanes)
  }

  get inFlight(): number {
    return this.#lanes.reduce((sum, lanes) => sum + lanes.inFlight, 0)
  }

  /** Requests finished in the last `seconds` whole seconds and the one that runs. */
  finishedIn(seconds: number): number {
    const history = this.#history
    let finished = this.#requests - this.#finishedAtSecond
    for (let back = Math.min(seconds, history.length); back > 0; back--)
      finished += history[history.length - back] ?? 0
    return finished
  }

  /** Where the last minute begins: the cells as they were then. */
  get minute(): CellsAt {
    return this.#steps[0] ?? {at: this.#changedAt, cells: this.#now.slice()}
  }

  /** Reads the counters and keeps them, to tell later what has been since. */
  take(at: number): CellsAt {
    this.read(at)
    return {at, cells: this.#now.slice()}
  }

  /** What has been from then to the last reading. */
  since({cells}: CellsAt): Figures {
    return figuresOf(this.#now, cells)
  }

  finishedSince({cells}: CellsAt): number {
    return ((this.#now[Cell.FINISHED] ?? 0) - (cells[Cell.FINISHED] ?? 0)) >>> 0
  }

  /** What was read last; undefined: nothing was. */
  get latest(): Traffic | undefined {
    return this.#traffic
  }

  /** Reads the counters, once at each moment. Gives the same object again while nothing has changed. */
  read(at: number): Traffic {
    if (this.#traffic !== undefined && at === this.#readAt) return this.#traffic
    this.#readAt = at
    const finishedBefore = this.#now[Cell.FINISHED] ?? 0
    const startedBefore = this.#now[Cell.STARTED] ?? 0
    // Ten thousand idle instances cost two sums each, not a pass over all of their cells.
    const moved = this.#sum(Cell.FINISHED) !== finishedBefore || this.#sum(Cell.STARTED) !== startedBefore
    if (moved) this.#fill()
    const finished = ((this.#now[Cell.FINISHED] ?? 0) - finishedBefore) >>> 0
    this.#requests += finished
    if (moved) this.#changedAt = at
    const secondPassed = this.#passSeconds(at)
    this.#step(at)
    const idle = at - this.#changedAt > (HISTORY_SECONDS + STEP_MS / 1000 + 2) * 1000
    if (this.#traffic !== undefined && idle && !(secondPassed && this.#history.length < HISTORY_SECONDS)) {
      return this.#traffic
    }
    this.#traffic = this.#evaluate(at)
    return this.#traffic
  }

  #fill(): void {
    const now = this.#now
    now.fill(0)
    for (const {cells} of this.#lanes) {
      for (let at = 0; at < cells.length; at += LANE_CELLS) {
        for (let cell = 0; cell < LANE_CELLS; cell++)
          now[cell] = ((now[cell] ?? 0) + (cells[at + cell] ?? 0)) | 0
      }
    }
  }

  #sum(cell: number): number {
    return this.#lanes.reduce((sum, lanes) => sum + lanes.sum(cell), 0) >>> 0
  }

  #wide(cell: number): number {
    return this.#lanes.reduce((sum, lanes) => sum + lanes.wideSum(cell), 0)
  }

  /** Where several seconds have passed since the last reading, each gets its part. */
  #passSeconds(at: number): boolean {
    const passed = Math.max(0, Math.floor((at - this.#secondStartedAt) / 1000))
    for (let left = passed; left > 0; left--) {
      const count = Math.round((this.#requests - this.#finishedAtSecond) / left)
      this.#history.push(count)
      if (this.#history.length > HISTORY_SECONDS) this.#history.shift()
      this.#finishedAtSecond += count
      this.#secondStartedAt += 1000
    }
    return passed > 0
  }

  #step(at: number): void {
    const last = this.#steps.at(-1)
    if (last === undefined || at - last.at < STEP_MS) return
    const same = last.cells[Cell.FINISHED] === this.#now[Cell.FINISHED]
    this.#steps.push({at, cells: same ? last.cells : this.#now.slice()})
    if (this.#steps.length > STEPS) this.#steps.shift()
  }

  #evaluate(at: number): Traffic {
    const base = this.#steps[0]?.cells ?? this.#now
    const {byClass, p50, p95, p99, errorShare} = figuresOf(this.#now, base)
    const {perSecond, bytesInPerSecond, bytesOutPerSecond} = this.#rates(at)
    return {
      perSecond,
      bytesInPerSecond,
      bytesOutPerSecond,
      history: this.#history.slice(),
      inFlight: this.inFlight,
      requests: this.#requests,
      byClass,
      p50,
      p95,
      p99,
      errorShare,
      retried: ((this.#now[Cell.RETRIED] ?? 0) - (base[Cell.RETRIED] ?? 0)) >>> 0,
      faults: faultCounts(this.#now, base),
    }
  }

  #rates(at: number) {
    const reading = {
      at,
      requests: this.#requests,
      bytesIn: this.#wide(Cell.BYTES_IN),
      bytesOut: this.#wide(Cell.BYTES_OUT),
    }
    const recent = this.#recent
    recent.push(reading)
    // One reading from before the window is kept, so that the window is never shorter than it says.
    while (recent.length > 2 && (recent[1]?.at ?? at) <= at - RATE_WINDOW_MS) recent.shift()
    const first = recent[0] ?? reading
    const seconds = Math.max(0.001, (at - first.at) / 1000)
    return {
      perSecond: (reading.requests - first.requests) / seconds,
      bytesInPerSecond: (reading.bytesIn - first.bytesIn) / seconds,
      bytesOutPerSecond: (reading.bytesOut - first.bytesOut) / seconds,
    }
  }
}

const noFaults: readonly FaultCount[] = []

function faultCounts(now: Uint32Array, base: Uint32Array): readonly FaultCount[] {
  let counts: FaultCount[] | undefined
  for (let index = 0; index < faultCodes.length; index++) {
    const cell = Cell.FAULTS + index
    if (now[cell] === base[cell]) continue
    const code = faultCodes[index] as FaultCode // the index is one of the list
    const {blame, sentence} = faults[code]
    counts ??= []
    counts.push({code, blame, sentence, count: ((now[cell] ?? 0) - (base[cell] ?? 0)) >>> 0})
  }
  return counts?.sort((one, other) => other.count - one.count) ?? noFaults
}
