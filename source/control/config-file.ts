/** The configuration's file while the proxy runs: read again, compared, handed on whole or not at all, and watched. */
// Longer than our files are: what is in force, what was set and what was last seen of the file change together.
import {statSync} from 'node:fs'
import {basename, dirname} from 'node:path'
import type {Config} from '../config/config.ts'
import {type Difference, differenceOf, differenceText, type Given, saidBy} from '../config/difference.ts'
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {readUpTo} from '../config/read-file.ts'
import type {Command, ConfigComparison, Outcome, ServiceSnapshot, Setting} from './control.ts'
import type {EventLog} from './event-log.ts'
import {FileWatch} from './file-watch.ts'
import {Settings} from './settings.ts'

type SetCommand = Extract<Command, {type: 'set-setting'}>

/** The clock of a file system may be behind by so much. */
const CLOCK_MS = 1000
/** An event for each; the rest is a number. */
const MAX_TOLD = 20

export interface ConfigFileOptions {
  readonly path: string
  /** what was read at the start */
  readonly given: Given
  readonly events: EventLog
  /** of the process before this one */
  readonly settings?: Settings
  /** Puts a configuration into force, or says why it cannot be and leaves everything as it was. */
  readonly apply: (config: Config, by: string) => Promise<Outcome>
  /** what is in force, or what is wrong with the file, has changed */
  readonly changed: () => void
}

export class ConfigFile {
  readonly path: string
  /** epoch ms at which what is in force was read */
  loadedAt = Date.now()
  /** counts what was put into force; 1 is the start */
  generation = 1
  /** why what the file says now is not in force; undefined: nothing is known against it */
  problem: string | undefined
  readonly #options: ConfigFileOptions
  #given: Given
  #settings: Settings
  #told: ReturnType<Settings['told']>
  /** what was last looked at by itself: the same text again is no news */
  #seen: string | undefined
  #watch: FileWatch | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ConfigFileOptions) {
    this.#options = options
    this.path = options.path
    this.#given = options.given
    this.#settings = options.settings ?? new Settings()
    this.#told = this.#settings.told(this.#given)
  }

  /** What the operator has set, for the process that follows. */
  get changes(): Settings['changes'] {
    return this.#settings.changes
  }

  /** Of a service: what the operator has set. Without an allocation where that is nothing. */
  settingsOf(service: string): ServiceSnapshot['settings'] {
    return this.#told.get(service)
  }

  /** @throws Error in words, where there is no such service or instance */
  settings(service: string, instance: string | undefined): readonly Setting[] {
    return this.#settings.list(this.#given, service, instance)
  }

  /** Puts another value of a setting into force, or what the file says of it. In turn with reloads. */
  set(command: SetCommand, by: string): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#set(command, by)).finally(this.#options.changed)
    this.#last = outcome.catch(() => {})
    return outcome
  }

  async #set(command: SetCommand, by: string): Promise<Outcome> {
    const next = this.#settings.with(this.#given, command)
    if ('problem' in next) return {ok: false, message: next.problem}
    const {settings, key, undo} = next
    const {service, instance} = command
    const [before, after] = [this.#settings, settings].map(each => each.text(this.#given, {...command, key}))
    const subject = instance === undefined ? service : `${service}/${instance}`
    if (before === after) return {ok: true, message: `${subject}: ${key} is ${after} already`}
    const outcome = await this.#options.apply(settings.config(undefined, this.#given, dirname(this.path)), by)
    if (!outcome.ok) return outcome
    this.#use(this.#given, settings)
    this.#options.events.add('info', subject, `${key} ${before} → ${after}`, by)
    const message = `${subject}: ${key} ${before} → ${after}`
    return {ok: true, message, undo: {type: 'set-setting', service, instance, key, value: undo}}
  }

  #use(given: Given, settings: Settings): void {
    this.#given = given
    this.#settings = settings
    this.#told = settings.told(given)
  }

  /** Reads the file and puts it into force; on any finding or failure everything stays as it is. One at a time. */
  reload(by: string): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#reload(by)).finally(this.#options.changed)
    this.#last = outcome.catch(() => {})
    return outcome
  }

  /** What a reload would change now, or why it would not be accepted. `path`: another file than the one in force. */
  async compare(path = this.path): Promise<ConfigComparison> {
    const {given, findings} = await loadConfig(path)
    const inForce = saidBy(this.#given)
    if (findings !== undefined) return {inForce, findings: findings.map(formatFinding), differences: []}
    return {inForce, findings: [], differences: differenceOf(this.#given, given)}
  }

  /** Reloads whenever the file says something else. */
  async watch(): Promise<void> {
    this.#watch = new FileWatch({
      stirred: () => void this.#look(),
      unwatched: text => this.#options.events.add('warning', 'proxy', text, 'configuration'),
    })
    this.#watch.follow([this.path])
    // What was written since the process began may have come after it was read.
    if (changedAt(this.path) >= performance.timeOrigin - CLOCK_MS) await this.#look()
    else this.#seen = await textOf(this.path)
  }

  close(): void {
    this.#watch?.close()
  }

  async #look(): Promise<void> {
    const text = await textOf(this.path)
    // Between two steps of an editor there may be no file; there will be another event.
    if (text === undefined || text === this.#seen) return
    this.#seen = text
    await this.reload('file changed')
  }

  async #reload(by: string): Promise<Outcome> {
    const {path, events, apply} = {...this.#options}
    // What is read now is no news to the watcher.
    if (this.#watch !== undefined) this.#seen = await textOf(path)
    const {config, given, findings} = await loadConfig(path)
    if (findings !== undefined) {
      const [first = '', ...more] = findings.map(formatFinding)
      if (more.length > 0)
        for (const finding of [first, ...more].slice(0, MAX_TOLD)) events.add('bad', 'proxy', finding, by)
      const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
      return this.#refused(`${first}${rest}`, by)
    }
    const differences = differenceOf(this.#given, given)
    if (differences.length === 0) {
      if (this.problem !== undefined)
        events.add('good', 'proxy', `${basename(path)} says what is in force`, by)
      this.problem = undefined
      return {ok: true, message: `${basename(path)} is as it was loaded: nothing to reload`}
    }
    const {settings, lost} = this.#settings.keptWith(given)
    const outcome = await apply(settings.config(config, given, dirname(path)), by)
    if (!outcome.ok) return this.#refused(outcome.message, by)
    this.#use(given, settings)
    for (const why of lost) events.add('warning', 'proxy', why, by)
    this.generation++
    this.loadedAt = Date.now()
    this.problem = undefined
    const message = `${basename(path)} reloaded: ${counted(differences.length)}`
    events.add('good', 'proxy', message, by)
    this.#tell(differences, by)
    return {ok: true, message}
  }

  #refused(why: string, by: string): Outcome {
    this.problem = why
    this.#options.events.add('bad', 'proxy', `not reloaded, what ran runs on: ${why}`, by)
    return {ok: false, message: `not reloaded: ${why}`}
  }

  #tell(differences: readonly Difference[], by: string): void {
    const {events} = this.#options
    for (const difference of differences.slice(0, MAX_TOLD))
      events.add('info', 'proxy', differenceText(difference), by)
    const rest = differences.length - MAX_TOLD
    if (rest > 0) events.add('info', 'proxy', `and ${rest} more`, by)
  }
}

function counted(changes: number): string {
  return changes === 1 ? '1 change' : `${changes} changes`
}

/** Epoch ms; 0: it cannot be told. */
function changedAt(path: string): number {
  try {
    return statSync(path).ctimeMs
  } catch {
    return 0
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readUpTo(path)).toString('latin1')
  } catch {
    return undefined
  }
}
