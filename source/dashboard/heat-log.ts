/** How many requests took how long in each second: counted as they come, so that it outlasts them. */
import type {RequestView} from '../control/requests.ts'

/** Lower bounds of the rows in ms, slow to fast; the first has no upper bound. */
export const heatBounds = [2000, 1000, 500, 250, 100, 50, 25, 10, 5, 2, 0] as const

const ROWS = heatBounds.length
const HEAT_SECONDS = 300
/** More services and instances than this are not counted one by one. */
const MAX_GRIDS = 300

interface Grid {
  /** the second, since the epoch, that a column holds */
  readonly seconds: Float64Array
  /** column by column */
  readonly counts: Uint32Array
}

export class HeatLog {
  readonly #grids = new Map<string, Grid>()
  /** by service and instance, made once: joining two names for each request would cost more than counting it */
  readonly #keys = new Map<string, Map<string, string>>()

  add(request: RequestView): void {
    const {service, at, duration} = request
    if (service === undefined || request.upgraded) return
    const second = Math.floor((at + duration) / 1000)
    if (!Number.isFinite(second)) return
    this.#count(service, second, duration)
    const instance = request.attempts.at(-1)?.instance ?? ''
    const key = instance === '' ? undefined : this.#keyOf(service, instance)
    if (key !== undefined) this.#count(key, second, duration)
  }

  /** Counts of the seconds up to `at` (epoch ms), oldest first, each with one count a row; `undefined`: not known. */
  read(key: string, at: number, columns: number): (readonly number[] | undefined)[] {
    const grid = this.#grids.get(key)
    const last = Math.floor(at / 1000) - 1
    return Array.from({length: columns}, (_, column) => {
      const second = last - columns + 1 + column
      const place = ((second % HEAT_SECONDS) + HEAT_SECONDS) % HEAT_SECONDS
      if (grid?.seconds[place] !== second) return undefined
      return [...grid.counts.subarray(place * ROWS, (place + 1) * ROWS)]
    })
  }

  #count(key: string, second: number, duration: number): void {
    const grid = this.#grids.get(key) ?? this.#newGrid(key)
    if (grid === undefined) return
    const place = second % HEAT_SECONDS
    const held = grid.seconds[place] ?? 0
    if (held > second) return
    if (held < second) {
      grid.seconds[place] = second
      grid.counts.fill(0, place * ROWS, (place + 1) * ROWS)
    }
    const row = heatBounds.findIndex(bound => duration >= bound)
    const cell = place * ROWS + (row < 0 ? ROWS - 1 : row)
    grid.counts[cell] = (grid.counts[cell] ?? 0) + 1
  }

  /** undefined: there are too many to count it by itself. */
  #keyOf(service: string, instance: string): string | undefined {
    const keys = this.#keys.get(service) ?? new Map<string, string>()
    if (keys.size === 0) this.#keys.set(service, keys)
    const known = keys.get(instance)
    if (known !== undefined) return known
    if (keys.size >= MAX_GRIDS) return undefined
    const key = heatKey(service, instance)
    keys.set(instance, key)
    return key
  }

  #newGrid(key: string): Grid | undefined {
    if (this.#grids.size >= MAX_GRIDS) return undefined
    const grid = {seconds: new Float64Array(HEAT_SECONDS), counts: new Uint32Array(HEAT_SECONDS * ROWS)}
    this.#grids.set(key, grid)
    return grid
  }
}

export function heatKey(service: string, instance: string): string {
  return `${service}\n${instance}`
}
