/** What each endpoint of a control socket answers: the control asked, and what it says made fit for the wire. */
import type {ServerResponse} from 'node:http'
import {isAbsolute} from 'node:path'
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Control} from '../control/control.ts'
import type {ExplainRequest} from '../control/explanation.ts'
import {printable} from '../printable.ts'
import {parseFilter} from '../requests/filter.ts'
import {messageOf} from '../thrown.ts'
import {beginLines, write} from './lines.ts'
import type {CaptureBody, CommandBody, EndpointName, ProblemCode, ReplayBody} from './protocol.ts'
import {newerThan} from './snapshot-stream.ts'
import {wireDetail, wireReplay, wireRequest} from './wire.ts'

const DEFAULT_LIMIT = 1000
const MOST_REQUESTS = 20_000
/** Requests that are written in one go: a millisecond or so. */
const AT_ONCE = 100

/** Why there is no answer; the message is safe to print. */
export class Objected extends Error {
  readonly code: ProblemCode

  constructor(code: ProblemCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface Call {
  readonly control: Control
  readonly query: URLSearchParams
  /** what stands for `:id` in the path */
  readonly id: string
  /** it has the shape that the endpoint asks for */
  readonly body: unknown
  /** the address it came from; undefined: over the Unix socket */
  readonly from: string | undefined
  readonly response: ServerResponse
  /** says that the answer does not end. @throws Objected when there are too many of those */
  holdsOn(response: ServerResponse): void
}

interface Reply {
  readonly status: number
  readonly value: unknown
}

/** undefined: it has written its answer itself */
type Answer = (call: Call) => Promise<Reply | undefined>

const ok = (value: unknown): Reply => ({status: 200, value})

export const answers: {readonly [Name in Exclude<EndpointName, 'info' | 'stream'>]: Answer} = {
  snapshot: async ({control}) => ok(control.snapshot()),
  events,
  command: async ({control, body, from}) => {
    const {command, by = 'socket'} = body as CommandBody
    const who = printable(from === undefined ? by : `${by}, ${from}`, 100)
    const outcome = await control.execute(command, who)
    return {status: outcome.ok ? 200 : 409, value: outcome}
  },
  compare: async ({control, query, from}) => {
    const path = query.get('path') ?? undefined
    if (path !== undefined && from !== undefined)
      throw new Objected('forbidden', 'a file can be named over the Unix socket only')
    if (path !== undefined && !isAbsolute(path)) throw new Objected('bad-request', 'path is no absolute path')
    return ok(await orRefused(control.compareConfig(path)))
  },
  settings: async ({control, query}) =>
    ok(await orRefused(control.settings(query.get('service') ?? '', query.get('instance') ?? undefined))),
  explain: async ({control, body}) => ok(await orRefused(control.explain(body as ExplainRequest))),
  requests,
  request: async ({control, query, id}) => {
    const found = await control.requests.detail(id, query.get('reveal') === 'true')
    if (found === undefined) throw new Objected('not-found', 'it is not held any more')
    return ok(wireDetail(found))
  },
  replay: async ({control, id, body}) => {
    const results = await orRefused(control.requests.replay(id, (body as ReplayBody).instances))
    return ok(results.map(wireReplay))
  },
  inFlight: async ({control}) => ok(await control.requests.inFlight()),
  capture: async ({control, body}) => {
    await orRefused(control.requests.capture((body as CaptureBody).filter))
    return ok({ok: true})
  },
}

/** What a control rejects is what whoever asks should know. */
async function orRefused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw new Objected('refused', messageOf(error))
  }
}

async function events({control, query, response, holdsOn}: Call): Promise<undefined> {
  let last = numberIn(query, 'after', 0, Number.MAX_SAFE_INTEGER)
  const follows = query.get('follow') === 'true'
  if (follows) holdsOn(response)
  beginLines(response)
  let isWriting = false
  const tell = async (): Promise<void> => {
    if (isWriting) return
    const news = newerThan(control.snapshot().events, last)
    if (news.length === 0) return
    isWriting = true
    last = news.at(-1)?.id ?? last
    if (await write(response, `${news.map(event => JSON.stringify(event)).join('\n')}\n`)) isWriting = false
  }
  await tell()
  if (!follows) {
    response.end()
    return
  }
  const unsubscribe = control.subscribe(() => void tell())
  response.once('close', unsubscribe)
}

async function requests({control, query, response}: Call): Promise<undefined> {
  const filter = parseFilter(query.get('filter') ?? '')
  if (!filter.ok) throw new Objected('bad-request', `${filter.message} (character ${filter.at + 1})`)
  const after = query.get('after') ?? undefined
  if (after !== undefined && !/^[0-9a-f]{8}-\d{1,16}(\.\d{1,16}){0,63}$/.test(after))
    throw new Objected('bad-request', 'after is no cursor')
  const limit = numberIn(query, 'limit', DEFAULT_LIMIT, MOST_REQUESTS)
  const only = query.get('only') ?? undefined
  if (only !== undefined && only !== 'problems') throw new Objected('bad-request', 'only is not: problems')
  const {requests: found, ...where} = await control.requests[only ?? 'since'](after, limit)
  beginLines(response)
  let isThere = await write(response, `${JSON.stringify(where)}\n`)
  for (let at = 0; at < found.length && isThere; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE).filter(view => filter.matchesAll || filter.matches(view))
    if (some.length > 0) {
      const lines = some.map(view => JSON.stringify(wireRequest(view)))
      isThere = await write(response, `${lines.join('\n')}\n`)
    }
    await nextTurn()
  }
  response.end()
}

function numberIn(query: URLSearchParams, name: string, absent: number, most: number): number {
  const text = query.get(name)
  if (text === null) return absent
  if (!/^\d{1,16}$/.test(text) || Number(text) > most)
    throw new Objected('bad-request', `${name} is no number up to ${most}`)
  return Number(text)
}
