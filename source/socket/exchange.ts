/** One question over a control socket and its answer, with node:http: the client's side of the wire. */
import {type Agent, type IncomingMessage, request} from 'node:http'
import {codeOf, messageOf} from '../thrown.ts'

/** Where a proxy is controlled: a Unix socket, or an address with a token. */
export type Target =
  | {readonly socketPath: string}
  | {readonly address: string; readonly port: number; readonly token: string}

export interface Question {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  /** it is to be refused whatever changes something */
  readonly readOnly?: boolean
  /** milliseconds until the head of the answer is there */
  readonly timeoutMs?: number
  readonly agent?: Agent
}

const DEFAULT_TIMEOUT_MS = 10_000
/** A header that makes the server refuse every change for this session. */
export const READ_ONLY_FIELD = 'revproxy-tui-read-only'

/** The proxy said no, in words that are not safe to print. `status` is that of the answer. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The proxy could not be asked: it is not there, or does not answer. */
export class Unreachable extends Error {
  /** nothing is there that could answer later */
  readonly isGone: boolean

  constructor(message: string, isGone = false) {
    super(message)
    this.isGone = isGone
  }
}

/** Resolves with the head of the answer, whatever its status. @throws Unreachable */
export function ask(target: Target, question: Question): Promise<IncomingMessage> {
  const {method, path, readOnly, timeoutMs = DEFAULT_TIMEOUT_MS, agent} = question
  const body = question.body === undefined ? undefined : JSON.stringify(question.body)
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
  const asked = request({
    ...whereTo(target),
    method,
    path,
    ...(agent === undefined ? {} : {agent}),
    headers: {
      ...('token' in target ? {authorization: `Bearer ${target.token}`} : {}),
      ...(readOnly === true ? {[READ_ONLY_FIELD]: '1'} : {}),
      ...(body === undefined
        ? {}
        : {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)}),
    },
  })
  const patience = setTimeout(() => {
    asked.destroy(new Error(`no answer in ${timeoutMs / 1000} s`))
  }, timeoutMs)
  asked.on('response', answer => {
    clearTimeout(patience)
    resolve(answer)
  })
  asked.on('error', error => {
    clearTimeout(patience)
    const code = codeOf(error)
    reject(new Unreachable(wordsOf(error), code === 'ENOENT' || code === 'ECONNREFUSED'))
  })
  asked.end(body)
  return promise
}

/** The whole answer as JSON; a status of 400 or more throws. @throws Unreachable, Refused */
export async function askJson(
  target: Target,
  question: Question,
  good: readonly number[] = [],
): Promise<unknown> {
  const answer = await ask(target, question)
  const {statusCode = 0} = answer
  const text = await textOf(answer)
  const value = jsonOf(text)
  if (statusCode < 400 || good.includes(statusCode)) {
    if (value === undefined) throw new Unreachable('what answers there is no revproxy-tui')
    return value
  }
  throw refusal(statusCode, value)
}

export function refusal(status: number, value: unknown): Refused {
  const message = (value as {error?: {message?: unknown}} | undefined)?.error?.message
  return new Refused(status, typeof message === 'string' ? message : `it answered ${status}`)
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8')
  let text = ''
  try {
    for await (const piece of answer) text += piece
  } catch (error) {
    throw new Unreachable(wordsOf(error))
  }
  return text
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an error of a socket means for whoever wanted to reach a proxy. */
export function wordsOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'there is no such socket'
    case 'ECONNREFUSED':
      return 'nobody listens there any more'
    case 'EACCES':
      return 'the socket belongs to another user'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the proxy closed the connection'
    default:
      return messageOf(error)
  }
}

function whereTo(target: Target) {
  return 'socketPath' in target
    ? {socketPath: target.socketPath, host: 'localhost'}
    : {host: target.address, port: target.port}
}
