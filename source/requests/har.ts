/** Requests as a HAR 1.2 log (http://www.softwareishard.com/blog/har-12-spec/), for browsers' tools and others. */
import {Buffer} from 'node:buffer'
import type {CapturedBody, RequestDetail, RequestView} from '../control/requests.ts'
import {textOf} from './body-lines.ts'
import {fieldOf, fieldsOf, firstLine, type HeadField} from './heads.ts'

type Json = {readonly [name: string]: unknown}

interface HarLog {
  readonly log: {readonly version: string; readonly creator: Json; readonly entries: readonly Json[]}
}

/** Bodies only where they were captured. Fields of our own begin with `_`, as the specification asks. */
export function harLog(details: readonly RequestDetail[], version: string): HarLog {
  return {
    log: {
      version: '1.2',
      creator: {name: 'revproxy-tui', version},
      entries: details.map(entryOf),
    },
  }
}

function entryOf(detail: RequestDetail): Json {
  const {request} = detail
  const last = request.attempts.at(-1)
  return {
    startedDateTime: new Date(request.at).toISOString(),
    time: request.duration,
    request: requestOf(detail),
    response: responseOf(detail),
    cache: {},
    timings: timingsOf(request),
    ...(last === undefined
      ? {}
      : {serverIPAddress: last.instance.replace(/:\d+$/, '').replace(/[[\]]/g, '')}),
    connection: String(request.connection),
    _id: request.id,
    _tls: request.tls,
    _service: request.service,
    _instance: last?.instance,
    _fault: request.fault,
    _strategy: request.strategy,
    _attempts: request.attempts,
    // JSON has no undefined in a list: what is not known any more is null.
    _skipped: detail.skipped.map(then => then ?? null),
  }
}

function requestOf({request, requestBody}: RequestDetail): Json {
  const {requestHead, target, host, tls} = request
  const url = target.includes('://')
    ? target
    : `${tls === undefined ? 'http' : 'https'}://${host || 'unknown'}${target.startsWith('/') ? '' : '/'}${target}`
  const mimeType = fieldOf(requestHead, 'content-type') ?? ''
  return {
    method: request.method,
    url,
    httpVersion: `HTTP/1.${request.minor}`,
    cookies: cookiesOf(requestHead, 'cookie'),
    headers: headersOf(fieldsOf(requestHead)),
    queryString: queryOf(target),
    ...(requestBody === undefined || requestBody.bytes.length === 0
      ? {}
      : {postData: {mimeType, params: [], ...postText(requestBody)}}),
    headersSize: request.requestHeadLength,
    bodySize: requestBody?.length ?? Math.max(0, request.bytesIn - request.requestHeadLength),
  }
}

function responseOf({request, responseBody}: RequestDetail): Json {
  const {responseHead} = request
  const size = responseBody?.length ?? Math.max(0, request.bytesOut - request.responseHeadLength)
  return {
    status: request.status,
    statusText: /^HTTP\/1\.\d \d{3} ?(.*)$/.exec(firstLine(responseHead))?.[1] ?? '',
    httpVersion: /^HTTP\/1\.\d/.exec(responseHead)?.[0] ?? 'HTTP/1.1',
    cookies: cookiesOf(responseHead, 'set-cookie'),
    headers: headersOf(fieldsOf(responseHead)),
    content: {
      size,
      mimeType: fieldOf(responseHead, 'content-type') ?? '',
      ...(responseBody === undefined ? {} : contentText(responseBody)),
    },
    redirectURL: fieldOf(responseHead, 'location') ?? '',
    headersSize: request.responseHeadLength === 0 ? -1 : request.responseHeadLength,
    bodySize: size,
    ...(request.fault === undefined ? {} : {_error: request.fault}),
  }
}

/** They add up to the whole time; -1: it does not apply. What is before the last attempt counts as blocked. */
function timingsOf({attempts, responded, duration}: RequestView): Json {
  const last = attempts.at(-1)
  const started = Math.min(duration, last?.started ?? 0)
  const fresh = last?.uses === 1 && last.connected !== undefined
  const sent = Math.min(duration, last?.connected ?? started)
  const answered = Math.max(sent, Math.min(duration, responded ?? duration))
  return {
    blocked: started,
    dns: -1,
    connect: fresh ? sent - started : -1,
    ssl: -1,
    // The head goes out in one piece when the connection is there.
    send: fresh ? 0 : sent - started,
    wait: answered - sent,
    receive: Math.max(0, duration - answered),
  }
}

function headersOf(fields: readonly HeadField[]): readonly Json[] {
  return fields.map(({name, value}) => ({name, value}))
}

function cookiesOf(head: string, name: 'cookie' | 'set-cookie'): readonly Json[] {
  const values = fieldsOf(head).filter(field => field.name.toLowerCase() === name)
  const pairs = values.flatMap(({value}) => (name === 'cookie' ? value.split(';') : value.split(';', 1)))
  return pairs.flatMap(pair => {
    const equals = pair.indexOf('=')
    return equals < 1 ? [] : [{name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim()}]
  })
}

function queryOf(target: string): readonly Json[] {
  const start = target.indexOf('?')
  if (start === -1) return []
  return [...new URLSearchParams(target.slice(start + 1))].map(([name, value]) => ({name, value}))
}

/** HAR knows no encoding of a request's body: what is no text is said to be base64 in a field of our own. */
function postText(body: CapturedBody): Json {
  const text = textOf(body.bytes, body.isCut)
  return text === undefined ? {text: base64(body), _encoding: 'base64'} : {text}
}

function contentText(body: CapturedBody): Json {
  const text = textOf(body.bytes, body.isCut)
  const cut = body.isCut ? {comment: `the first ${body.bytes.length} bytes`} : {}
  return text === undefined ? {text: base64(body), encoding: 'base64', ...cut} : {text, ...cut}
}

function base64({bytes}: CapturedBody): string {
  return Buffer.from(bytes).toString('base64')
}
