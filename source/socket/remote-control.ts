/** A control whose proxy is another process: what a dashboard and the commands use over a control socket. */
import type {Command, ConfigComparison, Control, Outcome, Setting, Snapshot} from '../control/control.ts'
import type {ExplainRequest, Explanation} from '../control/explanation.ts'
import {messageOf} from '../thrown.ts'
import {askJson, type Target, Unreachable} from './exchange.ts'
import {API, type Info, problems} from './protocol.ts'
import {RemoteRequests} from './remote-requests.ts'
import {SnapshotFeed} from './snapshot-feed.ts'

/** A reload may wait for listeners, a check for its time-out. */
const COMMAND_MS = 60_000
/** The status of a command that was refused: its outcome says why. */
const REFUSED = problems.refused
/** As a Controller in the same process has them. */
const PER_SECOND = 4
const MOST_PER_SECOND = 8

export interface RemoteOptions {
  readonly target: Target
  /** the proxy refuses every change that is asked for by this control */
  readonly readOnly: boolean
  /** where commands are given, for their events; such as "attached" */
  readonly from?: string
}

export class RemoteControl implements Control {
  readonly requests: RemoteRequests
  readonly #options: RemoteOptions
  readonly #feed: SnapshotFeed
  /** and how many snapshots a second each of them wants */
  readonly #subscribers = new Map<(snapshot: Snapshot) => void, number>()
  #snapshot: Snapshot
  #info: Info
  #era = 0

  private constructor(options: RemoteOptions, info: Info, snapshot: Snapshot) {
    const {target, readOnly} = options
    this.#options = options
    this.#info = info
    this.#snapshot = snapshot
    this.requests = new RemoteRequests({target, readOnly, era: () => this.#era})
    this.#feed = new SnapshotFeed({
      target,
      readOnly,
      first: snapshot,
      greeted: found => this.#greeted(found),
      publish: next => this.#publish(next),
    })
  }

  /** @throws Unreachable, Refused */
  static async connect(options: RemoteOptions): Promise<RemoteControl> {
    const {target, readOnly} = options
    const info = await infoOf(target)
    const snapshot = await askJson(target, {method: 'GET', path: '/v1/snapshot', readOnly})
    return new RemoteControl(options, info, snapshot as Snapshot)
  }

  /** Who answered last. */
  get info(): Info {
    return this.#info
  }

  /** The one that came last; it is renewed only while somebody has subscribed. */
  snapshot(): Snapshot {
    return this.#snapshot
  }

  subscribe(listener: (snapshot: Snapshot) => void, perSecond = PER_SECOND): () => void {
    this.#subscribers.set(listener, Math.max(1, Math.min(MOST_PER_SECOND, perSecond)))
    this.#follow()
    return () => {
      this.#subscribers.delete(listener)
      this.#follow()
    }
  }

  #follow(): void {
    if (this.#subscribers.size === 0) this.#feed.stop()
    else this.#feed.start(Math.max(...this.#subscribers.values()))
  }

  async compareConfig(path?: string): Promise<ConfigComparison> {
    const query = path === undefined ? '' : `?${new URLSearchParams({path})}`
    return (await this.#json('GET', `/v1/compare${query}`)) as ConfigComparison
  }

  async settings(service: string, instance: string | undefined): Promise<readonly Setting[]> {
    const query = new URLSearchParams(instance === undefined ? {service} : {service, instance})
    return (await this.#json('GET', `/v1/settings?${query}`)) as readonly Setting[]
  }

  async explain(request: ExplainRequest): Promise<Explanation> {
    return (await this.#json('POST', '/v1/explain', request)) as Explanation
  }

  async execute(command: Command, by: string): Promise<Outcome> {
    try {
      const {target, readOnly, from} = this.#options
      const body = {command, by: from === undefined ? by : `${by}, ${from}`}
      const question = {method: 'POST', path: '/v1/commands', body, timeoutMs: COMMAND_MS}
      return (await askJson(target, {...question, readOnly}, [REFUSED])) as Outcome
    } catch (error) {
      const message = messageOf(error)
      return {ok: false, message: error instanceof Unreachable ? `the proxy is lost: ${message}` : message}
    }
  }

  #greeted(info: Info): void {
    if (info.pid !== this.#info.pid || info.startedAt !== this.#info.startedAt) this.#era++
    this.#info = info
  }

  #publish(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    for (const subscriber of this.#subscribers.keys()) subscriber(snapshot)
  }

  #json(method: string, path: string, body?: unknown): Promise<unknown> {
    const {target, readOnly} = this.#options
    return askJson(target, {method, path, readOnly, body})
  }
}

/** Who answers there. @throws Unreachable when nobody does, or when it is no proxy that can be talked to */
export async function infoOf(target: Target, timeoutMs?: number): Promise<Info> {
  const question = {method: 'GET', path: '/v1', ...(timeoutMs === undefined ? {} : {timeoutMs})}
  const info = (await askJson(target, question)) as Info
  if (info.program !== 'revproxy-tui') throw new Unreachable('what answers there is no revproxy-tui')
  if (info.api !== API)
    throw new Unreachable(
      `it is of version ${info.version}, which this program cannot talk to: use that version`,
    )
  return info
}
