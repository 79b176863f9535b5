/** The files of certificates while the proxy runs: read whole or not at all, watched, and replaced only by good ones. */
// Longer than our files are: reading, watching and replacing share what is in force, which only a whole good set replaces.
import {randomBytes} from 'node:crypto'
import type {CertificateFiles, Config, InstanceTls} from '../config/config.ts'
import {readTextFile} from '../config/read-file.ts'
import type {TlsMaterial} from '../proxy/messages.ts'
import {authoritiesProblem, type CertificateFacts, readPair} from '../tls/pem.ts'
import type {UpstreamTls} from '../tls/upstream.ts'
import {CertificateExpiry} from './certificate-expiry.ts'
import type {CertificateSnapshot} from './control.ts'
import type {EventLog} from './event-log.ts'
import {FileWatch} from './file-watch.ts'

const TICKET_KEY_BYTES = 48
const ROTATE_MS = 12 * 60 * 60 * 1000

/** Files that are judged, and replaced, together. */
interface Unit {
  /** how it is called in words */
  readonly name: string
  readonly paths: readonly string[]
  /** of these texts, in the order of the paths */
  readonly judge: (texts: readonly string[]) => Judgement
}

/** What a certificate says of itself, where there is one. */
type Judgement = {readonly facts?: CertificateFacts; readonly problem?: string | undefined}

interface Held {
  readonly unit: Unit
  readonly texts: readonly string[]
  readonly facts: CertificateFacts | undefined
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
  /** epoch ms */
  readonly now?: () => number
}

export class TlsFiles {
  readonly #options: TlsFilesOptions
  readonly #watch: FileWatch
  #watches = false
  #units: ReadUnits = new Map()
  /** by unit, for what stands in its files now and is not in force */
  readonly #problems = new Map<string, string>()
  #looking: Promise<void> = Promise.resolve()
  #ticketKeys = randomBytes(TICKET_KEY_BYTES)
  readonly #expiry: CertificateExpiry
  readonly #rotation: NodeJS.Timeout

  constructor(options: TlsFilesOptions) {
    this.#options = options
    this.#expiry = new CertificateExpiry(options.events, options.now ?? Date.now)
    // RFC 5077 §5.5: whoever gets hold of a key could read all that was said under it.
    this.#rotation = setInterval(() => this.#rotate(), ROTATE_MS).unref()
    this.#watch = new FileWatch({
      stirred: () => void this.look('files changed'),
      unwatched: text => options.events.add('warning', 'proxy', text, 'tls'),
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
    this.#expiry.look(this.certificates)
  }

  /** What is in force, to be taken over as it is. */
  get units(): ReadUnits {
    return this.#units
  }

  /** Those that clients are shown, in the order of the configuration. */
  get certificates(): readonly CertificateSnapshot[] {
    return [...this.#units].flatMap(([key, {unit, facts}]) =>
      facts === undefined
        ? []
        : [
            {
              path: unit.paths[0] ?? '',
              names: facts.names,
              expiresAt: facts.expiresAt,
              problem: this.#problems.get(key),
            },
          ],
    )
  }

  get material(): TlsMaterial {
    const pem = new Map<string, string>()
    for (const {unit, texts} of this.#units.values())
      unit.paths.forEach((path, index) => {
        pem.set(path, texts[index] ?? '')
      })
    return {pem, ticketKeys: this.#ticketKeys}
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
    this.#expiry.close()
    clearInterval(this.#rotation)
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
    this.#expiry.look(this.certificates)
    this.#options.changed(this.material)
  }

  #rotate(): void {
    this.#ticketKeys = randomBytes(TICKET_KEY_BYTES)
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
  for (const {instances, discover} of config.services)
    for (const {tls} of [...instances, ...(discover === undefined ? [] : [discover.template])])
      if (tls?.ca !== undefined) authorities.add(tls.ca)
  return [...pairsOf(config), ...[...authorities].map(authoritiesUnit)]
}

function authoritiesUnit(path: string): Unit {
  return {
    name: `certificates of ${path}`,
    paths: [path],
    judge: ([text = '']) => {
      const problem = authoritiesProblem(text)
      return problem === undefined ? {} : {problem: `${path}: ${problem}`}
    },
  }
}

/** Two files of a pair are judged as one: halfway through a replacement they do not belong together. */
function pairsOf({listen}: Config): readonly Unit[] {
  const pairs = listen.flatMap(({tls}) => tls?.certificates ?? [])
  return pairs.map(({certificate, key}: CertificateFiles) => ({
    name: `certificate ${certificate}`,
    paths: certificate === key ? [certificate] : [certificate, key],
    judge: ([first = '', second = first]) => {
      const read = readPair(first, second)
      if (read.problem === undefined) return {facts: read.facts}
      return {problem: `${read.in === 'key' ? key : certificate}: ${read.problem}`}
    },
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
  const {problem, facts} = unit.judge(texts)
  return problem ?? {unit, texts, facts}
}
