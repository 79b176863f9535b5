/** A control that shows what it is told to and writes down what it is asked for. */
import {capturedBody} from '../../source/control/captured-body.ts'
import type {
  Command,
  ConfigComparison,
  Control,
  Outcome,
  Setting,
  Snapshot,
} from '../../source/control/control.ts'
import type {ExplainRequest, Explanation} from '../../source/control/explanation.ts'
import type {
  Cursor,
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  Requests,
  RequestView,
  SkippedThen,
} from '../../source/control/requests.ts'

/** A recorder that holds what it is given, and writes down what it is asked. */
export class FakeRequests implements Requests {
  held: RequestView[]
  underWay: readonly InFlightView[] = []
  bodies: Pick<RequestDetail, 'requestBody' | 'responseBody'> = {
    requestBody: undefined,
    responseBody: undefined,
  }
  /** what each pick of each request passed over */
  skipped: SkippedThen | undefined
  readonly asked: string[] = []

  constructor(held: readonly RequestView[]) {
    this.held = [...held]
  }

  async since(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    this.asked.push('log')
    const news = this.held.slice(Number(cursor ?? 0))
    const requests = news.slice(-limit)
    return {
      requests,
      cursor: String(this.held.length),
      missed: news.length - requests.length,
      kept: this.held.length,
    }
  }

  async problems(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    this.asked.push('problems')
    const requests = this.held.slice(Number(cursor ?? 0)).filter(({problem}) => problem)
    return {
      requests: requests.slice(-limit),
      cursor: String(this.held.length),
      missed: 0,
      kept: this.held.length,
    }
  }

  async detail(id: string, reveal: boolean): Promise<RequestDetail | undefined> {
    this.asked.push(`detail ${id}${reveal ? ' revealed' : ''}`)
    const found = this.held.find(request => request.id === id)
    if (found === undefined) return undefined
    const requestHead = reveal
      ? found.requestHead.replace('eyJh...', 'eyJhbGciOiJub25lIn0')
      : found.requestHead
    const picks = found.fault === 'NO_INSTANCE' ? found.attempts.length + 1 : found.attempts.length
    const skipped = Array.from({length: picks}, () => this.skipped)
    return {request: {...found, requestHead}, skipped, ...this.bodies}
  }

  async inFlight(): Promise<readonly InFlightView[]> {
    this.asked.push('in flight')
    return this.underWay
  }

  async replay(id: string, instances: readonly string[]): Promise<readonly ReplayResult[]> {
    this.asked.push(`replay ${id} to ${instances.join(' ')}`)
    const to = instances.length === 0 ? ['127.0.0.1:3004'] : instances
    return to.map((instance, index) => ({
      instance,
      status: index === 0 ? 200 : 502,
      duration: 12.5 + index,
      head: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Cache: hit\r\n\r\n',
      body: capturedBody(new TextEncoder().encode('{"total":3}'), 11),
      error: index === 0 ? undefined : 'reset by the instance',
    }))
  }

  async capture(filter: string | undefined): Promise<void> {
    this.asked.push(`capture ${filter ?? 'nothing'}`)
  }
}

export class FakeControl implements Control {
  readonly requests: FakeRequests
  readonly commands: Command[] = []
  answer: (command: Command) => Outcome = command => ({ok: true, message: `did ${command.type}`})
  comparison: ConfigComparison = {inForce: [], findings: [], differences: []}
  #current: Snapshot
  /** snapshots a second that were asked for last */
  perSecond: number | undefined
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()

  constructor(first: Snapshot, held: readonly RequestView[] = []) {
    this.#current = first
    this.requests = new FakeRequests(held)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  snapshot(): Snapshot {
    return this.#current
  }

  subscribe(listener: (snapshot: Snapshot) => void, perSecond?: number): () => void {
    this.perSecond = perSecond
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  execute(command: Command): Promise<Outcome> {
    this.commands.push(command)
    return Promise.resolve(this.answer(command))
  }

  explanation: Explanation | Error = new Error('expected a URL such as http://shop.example/cart')

  async explain(request: ExplainRequest): Promise<Explanation> {
    this.requests.asked.push(`explain ${request.method} ${request.url}`)
    if (this.explanation instanceof Error) throw this.explanation
    return this.explanation
  }

  settingsHeld: readonly Setting[] = []

  async settings(service: string, instance: string | undefined): Promise<readonly Setting[]> {
    this.requests.asked.push(`settings ${service} ${instance ?? ''}`.trim())
    return this.settingsHeld
  }

  compareConfig(): Promise<ConfigComparison> {
    return Promise.resolve(this.comparison)
  }

  show(snapshot: Snapshot): void {
    this.#current = snapshot
    for (const listener of this.#listeners) listener(snapshot)
  }
}
