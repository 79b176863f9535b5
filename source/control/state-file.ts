/** What the operator changed, kept in a file over a stop and a start: read once, written anew whenever it is something else. */
import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import {strategyNames} from '../balancing/strategies.ts'
import {messageOf} from '../thrown.ts'
import type {EventLog} from './event-log.ts'
import type {InstanceWishes, ServiceWishes, Wishes} from './wishes.ts'

const VERSION = 1
/** Several changes at once are one file. */
const SETTLE_MS = 100
const MOST_BYTES = 16 * 1024 * 1024

export interface Kept {
  /** undefined: there is none, or none that can be used */
  readonly wishes?: Wishes
  /** why there is none that can be used */
  readonly problem?: string
}

/** Never rejects. That there is no file is the usual beginning. One that cannot be used is put aside. */
export async function readStateFile(path: string): Promise<Kept> {
  const kept = await keptIn(path)
  if (kept.problem === undefined) return kept
  const aside = `${path}.unusable`
  const moved = await rename(path, aside).then(
    () => `; it is ${aside} now`,
    () => '',
  )
  return {problem: `${kept.problem}${moved}`}
}

async function keptIn(path: string): Promise<Kept> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > MOST_BYTES) return {problem: `${path} is no file of this program`}
    const kept: unknown = JSON.parse(bytes.toString())
    if (!isObject(kept) || kept.version !== VERSION || !isWishes(kept.changes))
      return {problem: `${path} is no file of this version of the program`}
    return {wishes: kept.changes}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    return {problem: `${path} cannot be used: ${messageOf(error)}`}
  }
}

export interface StateFileOptions {
  readonly events: EventLog
  /** as things are now */
  readonly wishes: () => Wishes
}

export class StateFile {
  readonly #options: StateFileOptions
  #path: string | undefined
  #written = ''
  #settling: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #saidTrouble = false

  constructor(options: StateFileOptions) {
    this.#options = options
  }

  /** undefined: nothing is kept. */
  use(path: string | undefined): void {
    if (path === this.#path) return
    this.#path = path
    this.#written = ''
    this.changed()
  }

  /** Something may be otherwise than it was. */
  changed(): void {
    if (this.#path === undefined || this.#settling !== undefined) return
    this.#settling = setTimeout(() => this.#save(), SETTLE_MS)
  }

  /** Resolves when the file says what holds now; it is not written any more then. */
  async close(): Promise<void> {
    if (this.#settling !== undefined) this.#save()
    this.#path = undefined
    await this.#writing
  }

  #save(): void {
    clearTimeout(this.#settling)
    this.#settling = undefined
    const path = this.#path
    if (path === undefined) return
    const text = `${JSON.stringify({version: VERSION, changes: this.#options.wishes()}, kept, 2)}\n`
    if (text === this.#written) return
    this.#written = text
    this.#writing = this.#writing.then(() => this.#write(path, text))
  }

  /** Whole or not at all, whatever happens meanwhile. */
  async #write(path: string, text: string): Promise<void> {
    const fresh = `${path}.new`
    try {
      await writeFile(fresh, text, {mode: 0o600, flush: true})
      await rename(fresh, path)
      this.#saidTrouble = false
    } catch (error) {
      this.#written = ''
      await rm(fresh, {force: true}).catch(() => {})
      if (this.#saidTrouble) return
      this.#saidTrouble = true
      const why = messageOf(error)
      this.#options.events.add('bad', 'proxy', `what is changed here is not kept: ${why}`, 'state file')
    }
  }
}

/** A slow start is over when the process is. */
function kept(key: string, value: unknown): unknown {
  return key === 'startingSince' ? undefined : value
}

type Guard = (value: unknown) => boolean

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isText: Guard = value => typeof value === 'string'
const isCount: Guard = value => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1_000_000
const isPercent: Guard = value => isCount(value) && Number(value) <= 100
const isStrategy: Guard = value => strategyNames.some(name => name === value)
const isOperator: Guard = value => value === 'drain' || value === 'maintenance' || value === 'ready'
const isRate: Guard = value =>
  value === null ||
  (isObject(value) &&
    [value.requests, value.perMs, value.burst].every(one => typeof one === 'number' && one > 0))
const optional =
  (guard: Guard): Guard =>
  value =>
    value === undefined || guard(value)
const listOf =
  (guard: Guard): Guard =>
  value =>
    Array.isArray(value) && value.every(guard)

function wishOf(guard: Guard): Guard {
  return value => isObject(value) && guard(value.value) && guard(value.base)
}

/** Exactly the keys of `Shape`, so that a key that is added there is judged here. */
function shape<Shape>(guards: {readonly [Key in keyof Required<Shape>]: Guard}): Guard {
  return value => isObject(value) && Object.entries<Guard>(guards).every(([key, guard]) => guard(value[key]))
}

const isInstance = shape<InstanceWishes>({
  key: isText,
  operator: optional(isOperator),
  weight: optional(wishOf(isCount)),
  maxConnections: optional(wishOf(isCount)),
  startingSince: value => value === undefined,
})
const isService = shape<ServiceWishes>({
  name: isText,
  strategy: optional(wishOf(isStrategy)),
  splitPercent: optional(wishOf(isPercent)),
  rateLimit: optional(wishOf(isRate)),
  instances: listOf(isInstance),
})
const isSetting = shape<NonNullable<Wishes['settings']>[number]>({
  service: isText,
  instance: optional(isText),
  key: isText,
  text: isText,
  base: isText,
})
const isAll = shape<Wishes>({
  services: listOf(isService),
  settings: optional(listOf(isSetting)),
  rateLimit: optional(wishOf(isRate)),
})

function isWishes(value: unknown): value is Wishes {
  return isAll(value)
}
