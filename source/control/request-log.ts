/** Single requests as control shows them: the records of all workers in one order, and what workers tell when asked. */
import {randomBytes} from 'node:crypto'
import {printable} from '../printable.ts'
import type {Body} from '../proxy/messages.ts'
import type {RecorderCells} from '../recorder/layout.ts'
import type {Names} from '../recorder/names.ts'
import type {RequestRecord} from '../recorder/record.ts'
import {parseFilter} from '../requests/filter.ts'
import {type Redaction, redaction, revealed} from '../requests/redact.ts'
import type {Asks} from './asks.ts'
import {capturedBody} from './captured-body.ts'
import type {ServiceModel} from './model.ts'
import {replay, type TlsOf} from './replay.ts'
import {requestView} from './request-view.ts'
import type {
  Cursor,
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  Requests,
  RequestView,
  SkippedThen,
} from './requests.ts'
import {type News, WorkerRecords} from './worker-records.ts'

export interface RequestLogOptions {
  readonly names: Names
  /** the services as they are now */
  readonly service: (name: string) => Pick<ServiceModel, 'config' | 'instances' | 'selections'> | undefined
  readonly tlsOf: TlsOf
  /** names of fields that are shown without their values, besides those that always are */
  readonly redact: readonly string[]
  /** one worker's each */
  readonly recorders: readonly RecorderCells[]
  readonly asks: Asks
  /** the capture that holds from now on has changed: workers are to be told */
  readonly captureChanged: (filter: string | undefined) => void
  /** something was done that whoever watches the proxy should know of; safe to print */
  readonly event: (text: string) => void
}

export class RequestLog implements Requests {
  readonly #options: RequestLogOptions
  readonly #workers: readonly WorkerRecords[]
  /** in each cursor: sequences of another process say nothing of this one's */
  readonly #process = randomBytes(4).toString('hex')
  #redaction: Redaction
  #capture: string | undefined

  constructor(options: RequestLogOptions) {
    const {recorders, redact} = options
    this.#options = options
    this.#workers = recorders.map((cells, worker) => new WorkerRecords(cells, recorders.length, worker))
    this.#redaction = redaction(redact)
  }

  /** The text of the filter by which bodies are kept now. */
  get captures(): string | undefined {
    return this.#capture
  }

  get #show(): (record: RequestRecord) => RequestView {
    const showing = {names: this.#options.names, redact: this.#redaction.head}
    return record => requestView(record, showing)
  }

  /** From here on these fields, and these values of bodies, too, are hidden. */
  setRedact(names: readonly string[]): void {
    this.#redaction = redaction(names)
  }

  async since(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    const lasts = sequencesOf(cursor, this.#process)
    const news = await Promise.all(
      this.#workers.map((worker, index) => worker.since(lasts[index] ?? 0, limit, this.#show)),
    )
    const came = news.reduce((sum, worker) => sum + worker.came, 0)
    const batch = batchOf(news, limit, this.#process)
    // Nobody has missed what was before the first look.
    return {...batch, missed: cursor === undefined ? 0 : came - batch.requests.length}
  }

  async problems(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    const lasts = sequencesOf(cursor, this.#process)
    const news = this.#workers.map((worker, index) =>
      worker.problemsSince(lasts[index] ?? 0, limit, this.#show),
    )
    return batchOf(news, limit, this.#process)
  }

  async detail(id: string, reveal: boolean): Promise<RequestDetail | undefined> {
    const [worker, sequence] = numbersOf(id)
    const record = this.#workers[worker]?.find(sequence)
    if (record === undefined) return undefined
    const {head, body} = reveal ? revealed : this.#redaction
    const request = requestView(record, {names: this.#options.names, redact: head})
    const none = {
      request,
      skipped: this.#skipped(record, request),
      requestBody: undefined,
      responseBody: undefined,
    }
    if (this.#capture === undefined) return none
    const answer = await this.#options.asks.ask(worker, {type: 'tell-bodies', sequence})
    if (answer === undefined) return none
    const shown = (kept: Body | undefined, itsHead: string) =>
      kept === undefined ? undefined : body(capturedBody(kept.bytes, kept.length), itsHead)
    return {
      ...none,
      requestBody: shown(answer.requestBody, record.requestHead),
      responseBody: shown(answer.responseBody, record.responseHead),
    }
  }

  async inFlight(): Promise<readonly InFlightView[]> {
    const {asks} = this.#options
    const answers = await Promise.all(
      this.#workers.map((_, worker) => asks.ask(worker, {type: 'list-in-flight'})),
    )
    const all = answers.flatMap((answer, worker) =>
      (answer?.requests ?? []).map(request => ({...request, id: `${worker}.${request.id}`})),
    )
    return all.sort((one, other) => one.at - other.at)
  }

  async capture(filter: string | undefined): Promise<void> {
    if (filter !== undefined) {
      const parsed = parseFilter(filter)
      if (!parsed.ok) throw new Error(`${parsed.message} (character ${parsed.at + 1})`)
    }
    if (filter === this.#capture) return
    this.#capture = filter
    this.#options.captureChanged(filter)
    const which =
      filter?.trim() === '' ? 'all requests' : `requests that match ${printable(filter ?? '', 200)}`
    this.#options.event(filter === undefined ? 'bodies are no longer kept' : `bodies are kept of ${which}`)
  }

  async replay(id: string, instances: readonly string[]): Promise<readonly ReplayResult[]> {
    const detail = await this.detail(id, true)
    if (detail === undefined) throw new Error('it is not held any more')
    const service = this.#options.service(detail.request.service ?? '')?.config
    const results = await replay(detail, service, instances, this.#redaction, this.#options.tlsOf)
    const what = printable(`${detail.request.method} ${detail.request.target}`, 60)
    this.#options.event(`${what} was sent again to ${results.map(({instance}) => instance).join(', ')}`)
    return results
  }

  #skipped({attempts, selection, fault}: RequestRecord, shown: RequestView) {
    const picks = attempts.map(attempt => attempt.selection)
    if (fault === 'NO_INSTANCE') picks.push(selection)
    const model = this.#options.service(shown.service ?? '')
    return picks.map((number, index) => {
      const skipped = model?.selections.skippedAt(number, model.instances)
      return skipped && without(skipped, shown.attempts[index]?.instance)
    })
  }
}

/** Who was asked was not skipped: by a cookie one that drains is asked, and a backup when all others have failed. */
function without({count, named}: SkippedThen, asked: string | undefined): SkippedThen {
  const left = named.filter(({instance}) => instance !== asked)
  return {count: count - (named.length - left.length), named: left}
}

/** What each worker has told last, in the order of workers. Of a process before this one: nothing of this one is known. */
function sequencesOf(cursor: Cursor | undefined, process: string): readonly number[] {
  const [its, sequences = ''] = cursor?.split('-') ?? []
  return its === process ? sequences.split('.').map(Number) : []
}

/** The newest of all workers, in one order. */
function batchOf(news: readonly News<RequestView>[], limit: number, process: string): RequestBatch {
  const all = news.flatMap(({shown}) => shown)
  // By their end: that is the order in which they became known.
  if (news.length > 1) all.sort((one, other) => one.at + one.duration - (other.at + other.duration))
  return {
    requests: all.length > limit ? all.slice(all.length - limit) : all,
    cursor: `${process}-${news.map(({newest}) => newest).join('.')}`,
    missed: 0,
    kept: news.reduce((sum, worker) => sum + worker.kept, 0),
  }
}

function numbersOf(id: string): readonly [worker: number, sequence: number] {
  const [worker, sequence] = /^(\d{1,4})\.(\d{1,16})$/.exec(id)?.slice(1).map(Number) ?? []
  return [worker ?? -1, sequence ?? -1]
}
