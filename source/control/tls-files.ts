/** The files of certificates while the proxy runs: read whole or not at all, watched, and replaced only by good ones. */
import type {Config, InstanceTls} from '../config/config.ts'
import {readTextFile} from '../config/read-file.ts'
import type {TlsMaterial} from '../proxy/messages.ts'
import {authoritiesProblem} from '../tls/pem.ts'
import type {UpstreamTls} from '../tls/upstream.ts'
import type {EventLog} from './event-log.ts'
import {FileWatch} from './file-watch.ts'

/** Files that are judged, and replaced, together. */
interface Unit {
  /** how it is called in words */
  readonly name: string
  readonly paths: readonly string[]
  /** what is wrong with these texts, in the order of the paths; undefined: nothing */
  readonly problemOf: (texts: readonly string[]) => string | undefined
}

interface Held {
  readonly unit: Unit
  readonly texts: readonly string[]
}

/** What a configuration names, read and found good. */
export type ReadUnits = ReadonlyMap<string, Held>

export type UnitsRead =
  | {readonly units: ReadUnits; readonly problem?: undefined}
  | {readonly units?: undefined; readonly problem: string}

export interface TlsFilesOptions {
  readonly events: EventLog
  /** other texts are in force */
  readonly changed: (material: TlsMaterial) => void
}

export class TlsFiles {
  readonly #options: TlsFilesOptions
  readonly #watch: FileWatch
  #watches = false
  #units: ReadUnits = new Map()
  /** by unit, for what stands in its files now and is not in force */
  readonly #problems = new Map<string, string>()
  #looking: Promise<void> = Promise.resolve()

  constructor(options: TlsFilesOptions) {
    this.#options = options
    this.#watch = new FileWatch({
      stirred: () => void this.look('files changed'),
      unwatched: (folder, why) =>
        options.events.add(
          'warning',
          'proxy',
          `${folder} is not watched (${why}): reload after a change`,
          'tls',
        ),
    })
  }

  /** Reads everything that a configuration names. Nothing of it is in force before `use`. */
  static async read(config: Config): Promise<UnitsRead> {
    const units = new Map<string, Held>()
    for (const unit of unitsOf(config)) {
      const held = await readUnit(unit)
      if (typeof held === 'string') return {problem: held}
      units.set(keyOf(unit), held)
    }
    return {units}
  }

  use(units: ReadUnits): void {
    this.#units = units
    for (const key of this.#problems.keys()) this.#problems.delete(key)
    if (this.#watches) this.#follow()
  }

  get material(): TlsMaterial {
    const pem = new Map<string, string>()
    for (const {unit, texts} of this.#units.values())
      unit.paths.forEach((path, index) => {
        pem.set(path, texts[index] ?? '')
      })
    return {pem}
  }

  /** How an instance is spoken to, with what its files say now. */
  settings(tls: InstanceTls | undefined): UpstreamTls | undefined {
    if (tls === undefined) return undefined
    const {ca, ...rest} = tls
    const held = ca === undefined ? undefined : this.#units.get(ca)
    return {...rest, ca: held?.texts[0]}
  }

  /** From here on changes of the files are noticed by themselves. */
  watch(): void {
    this.#watches = true
    this.#follow()
  }

  close(): void {
    this.#watch.close()
  }

  /** Reads all files again. What is good replaces what was there; what is not is said, and changes nothing. */
  look(by: string): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(by))
    return this.#looking
  }

  async #look(by: string): Promise<void> {
    const before = this.#units
    const next = new Map(before)
    for (const [key, {unit, texts}] of before) {
      const held = await readUnit(unit)
      if (typeof held === 'string') this.#refused(key, held, by)
      else {
        this.#problems.delete(key)
        if (held.texts.every((text, index) => text === texts[index])) continue
        next.set(key, held)
        this.#options.events.add('good', 'proxy', `${unit.name} replaced`, by)
      }
    }
    // A reload that came in between has read them all itself.
    if (this.#units !== before || [...next].every(([key, held]) => before.get(key) === held)) return
    this.#units = next
    this.#options.changed(this.material)
  }

  #refused(key: string, problem: string, by: string): void {
    if (this.#problems.get(key) === problem) return
    this.#problems.set(key, problem)
    this.#options.events.add('bad', 'proxy', `not replaced, what was read before holds: ${problem}`, by)
  }

  #follow(): void {
    this.#watch.follow([...this.#units.values()].flatMap(({unit}) => unit.paths))
  }
}

function unitsOf(config: Config): readonly Unit[] {
  const authorities = new Set<string>()
  for (const {instances} of config.services)
    for (const {tls} of instances) if (tls?.ca !== undefined) authorities.add(tls.ca)
  return [...authorities].map(path => ({
    name: `certificates of ${path}`,
    paths: [path],
    problemOf: ([text = '']) => prefixed(path, authoritiesProblem(text)),
  }))
}

function keyOf({paths}: Unit): string {
  return paths.join('\n')
}

async function readUnit(unit: Unit): Promise<Held | string> {
  const texts: string[] = []
  for (const path of unit.paths) {
    const {text, problem} = await readTextFile(path, 'PEM')
    if (text === undefined) return `${path}: ${problem}`
    texts.push(text)
  }
  return unit.problemOf(texts) ?? {unit, texts}
}

function prefixed(path: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${path}: ${problem}`
}
