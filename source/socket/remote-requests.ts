/** Single requests of a proxy elsewhere, asked for one by one or in batches, as a control shows them. */
import type {
  Cursor,
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  Requests,
  RequestView,
} from '../control/requests.ts'
import {ask, askJson, jsonOf, type Question, Refused, refusal, type Target, textOf} from './exchange.ts'
import {readLines} from './line-reader.ts'
import type {WireBatch, WireDetail, WireReplay} from './request-shapes.ts'
import {detailOf, replayOf} from './wire.ts'

/** Replays wait for instances. */
const REPLAY_MS = 5 * 60_000

export interface RemoteRequestsOptions {
  readonly target: Target
  readonly readOnly: boolean
  /**
   * Which of the proxies that were met there answers now; the first is 0. Another one counts its requests anew, and
   * knows nothing of the others' cursors.
   */
  readonly era: () => number
}

export class RemoteRequests implements Requests {
  readonly #options: RemoteRequestsOptions

  constructor(options: RemoteRequestsOptions) {
    this.#options = options
  }

  since(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    return this.#batch(cursor, {limit: String(limit)})
  }

  problems(cursor: Cursor | undefined, limit: number): Promise<RequestBatch> {
    return this.#batch(cursor, {limit: String(limit), only: 'problems'})
  }

  /** As `since`, but only those that match the filter, judged by the proxy. `missed` counts what does not match, too. */
  matching(cursor: Cursor | undefined, limit: number, filter: string): Promise<RequestBatch> {
    return this.#batch(cursor, filter === '' ? {limit: String(limit)} : {limit: String(limit), filter})
  }

  async #batch(cursor: Cursor | undefined, what: Readonly<Record<string, string>>): Promise<RequestBatch> {
    const era = this.#options.era()
    const after = cursor?.startsWith(`${era}/`) ? cursor.slice(`${era}/`.length) : undefined
    const query = new URLSearchParams(what)
    if (after !== undefined) query.set('after', after)
    const answer = await ask(this.#options.target, this.#question('GET', `/v1/requests?${query}`))
    if (answer.statusCode !== 200) throw refusal(answer.statusCode ?? 0, jsonOf(await textOf(answer)))
    let where: WireBatch | undefined
    const requests: RequestView[] = []
    await readLines(answer, line => {
      if (where === undefined) where = JSON.parse(line) as WireBatch
      else requests.push(this.#named(JSON.parse(line) as RequestView, era))
    })
    if (where === undefined) throw new Refused(0, 'the answer has no first line')
    return {...where, cursor: `${era}/${where.cursor}`, requests}
  }

  async detail(id: string, reveal: boolean): Promise<RequestDetail | undefined> {
    const own = this.#ownId(id)
    if (own === undefined) return undefined
    const query = reveal ? '?reveal=true' : ''
    try {
      const detail = detailOf((await this.#json('GET', `/v1/requests/${own}${query}`)) as WireDetail)
      return {...detail, request: {...detail.request, id}}
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined
      throw error
    }
  }

  async inFlight(): Promise<readonly InFlightView[]> {
    return (await this.#json('GET', '/v1/in-flight')) as readonly InFlightView[]
  }

  async capture(filter: string | undefined): Promise<void> {
    await this.#json('PUT', '/v1/capture', {filter})
  }

  async replay(id: string, instances: readonly string[]): Promise<readonly ReplayResult[]> {
    const own = this.#ownId(id)
    if (own === undefined) throw new Error('it is not held any more')
    const question = {...this.#question('POST', `/v1/requests/${own}/replay`), timeoutMs: REPLAY_MS}
    const results = await askJson(this.#options.target, {...question, body: {instances}})
    return (results as readonly WireReplay[]).map(replayOf)
  }

  /** Requests of a later proxy must not be taken for those of the first. */
  #named(view: RequestView, era: number): RequestView {
    return era === 0 ? view : {...view, id: `${era}:${view.id}`}
  }

  #ownId(id: string): string | undefined {
    const era = this.#options.era()
    if (era === 0) return id
    return id.startsWith(`${era}:`) ? id.slice(`${era}:`.length) : undefined
  }

  #question(method: string, path: string): Question {
    return {method, path, readOnly: this.#options.readOnly}
  }

  #json(method: string, path: string, body?: unknown): Promise<unknown> {
    return askJson(this.#options.target, {...this.#question(method, path), body})
  }
}
