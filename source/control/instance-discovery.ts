/** Discovery as the controller has it: files watched, events told, and many changes at once put into force as one. */
import type {Config, ServiceConfig} from '../config/config.ts'
import {Discovery, type SourceState} from '../discovery/discovery.ts'
import type {EventLog} from './event-log.ts'
import {FileWatch} from './file-watch.ts'

/** A start and a reload wait so long for names; those that come later are put into force when they come. */
const PATIENCE_MS = 1000
const MAX_TOLD = 5

export interface Attached {
  readonly events: EventLog
  /** instances are to be put into force anew */
  readonly changed: () => void
}

export class InstanceDiscovery {
  readonly #discovery: Discovery
  readonly #watch: FileWatch
  #attached: Attached | undefined
  /** what happened before anybody listened */
  readonly #early: Array<(attached: Attached) => void> = []
  #changing: NodeJS.Immediate | undefined

  private constructor(config: Config) {
    this.#watch = new FileWatch({
      stirred: () => this.#discovery.lookAtFiles(),
      unwatched: text => this.#tell(({events}) => events.add('warning', 'proxy', text, 'discovery')),
    })
    this.#discovery = new Discovery(config.resolver, {
      changed: () => this.#change(),
      failed: (source, problem) => this.#failed(source, problem),
      answered: (source, added, gone) => this.#answered(source, added, gone),
      watched: paths => this.#watch.follow(paths),
    })
  }

  /** Follows what the configuration names, and resolves when most of it will have been answered. */
  static async start(config: Config): Promise<InstanceDiscovery> {
    const discovery = new InstanceDiscovery(config)
    await discovery.follow(config)
    return discovery
  }

  /** From here on it can be heard; what happened before is told now. */
  attach(attached: Attached): void {
    this.#attached = attached
    for (const tell of this.#early.splice(0)) tell(attached)
  }

  async follow(config: Config): Promise<void> {
    this.#discovery.follow(config)
    await this.#discovery.ready(PATIENCE_MS)
  }

  expand(config: Config): Config {
    return this.#discovery.expand(config)
  }

  sourcesOf(service: ServiceConfig): readonly SourceState[] {
    return this.#discovery.sourcesOf(service)
  }

  close(): void {
    clearImmediate(this.#changing)
    this.#watch.close()
    this.#discovery.close()
  }

  #tell(tell: (attached: Attached) => void): void {
    if (this.#attached === undefined) this.#early.push(tell)
    else tell(this.#attached)
  }

  #change(): void {
    // What is found before that is in force from the start.
    if (this.#attached === undefined || this.#changing !== undefined) return
    this.#changing = setImmediate(() => {
      this.#changing = undefined
      this.#attached?.changed()
    })
  }

  #failed({name, count}: SourceState, problem: string | undefined): void {
    const kept = count === undefined ? '' : `; the last answer holds (${count})`
    this.#tell(({events}) => {
      if (problem === undefined) events.add('good', 'proxy', `${name} answers again`, 'discovery')
      else
        events.add(
          'bad',
          'proxy',
          `${problem.includes(name) ? '' : `${name}: `}${problem}${kept}`,
          'discovery',
        )
    })
  }

  #answered({name, count = 0}: SourceState, added: readonly string[], gone: readonly string[]): void {
    const parts = [changeText('new', added), changeText('gone', gone)].filter(part => part !== '')
    const change = parts.length === 0 ? '' : `: ${parts.join('; ')}`
    this.#tell(({events}) => events.add('info', 'proxy', `${name} stands for ${count}${change}`, 'discovery'))
  }
}

function changeText(what: string, texts: readonly string[]): string {
  if (texts.length === 0) return ''
  const more = texts.length > MAX_TOLD ? ` and ${texts.length - MAX_TOLD} more` : ''
  return `${what} ${texts.slice(0, MAX_TOLD).join(', ')}${more}`
}
