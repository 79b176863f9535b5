/** The answers that the proxy makes itself: short, in the client's format, with Proxy-Status (RFC 9209). */
import {type FaultCode, type FaultRow, faults} from '../faults.ts'

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  414: 'URI Too Long',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  508: 'Loop Detected',
}

const ALLOWED = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

export interface AnswerContext {
  /** the request's Accept, or empty */
  readonly accept: string
  readonly method: string
  /** the connection ends after this answer */
  readonly close: boolean
  /** HTTP/1.`minor` of the client */
  readonly minor: number
  /** for Retry-After, where it is not the fault's own */
  readonly retryAfterSeconds?: number | undefined
}

/** A whole response to a request that failed. `status` and `detail` are for faults that know it more exactly. */
export function faultAnswer(
  fault: FaultCode,
  context: AnswerContext,
  detail = '',
  status: number = faults[fault].status,
): string {
  const row: FaultRow = faults[fault]
  const {retryAfterSeconds = row.retryAfterSeconds} = context
  const sentence = detail === '' ? row.sentence : `${row.sentence.replace(/\.$/, '')}: it ${detail}.`
  const {type, body} = bodyFor(context.accept, status, reasons[status] ?? 'Error', sentence, row.proxyStatus)
  return (
    answer(status, context, [
      ['Content-Type', type],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Cache-Control', 'no-store'],
      ['Proxy-Status', proxyStatus(row.proxyStatus, detail)],
      ...(retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as const]),
      ...(status === 405 ? [['Allow', ALLOWED] as const] : []),
    ]) + (context.method === 'HEAD' ? '' : body)
  )
}

/** RFC 9110 §7.6.2: OPTIONS that may not be forwarded any further is answered by whoever holds it. */
export function optionsAnswer(context: AnswerContext): string {
  return answer(200, context, [
    ['Allow', ALLOWED],
    ['Content-Length', '0'],
  ])
}

/** RFC 9110 §15.4.9: the same request, method and all, at another place. */
export function redirectAnswer(context: AnswerContext, location: string): string {
  const body = `308 Permanent Redirect\n${location}\n`
  return (
    answer(308, context, [
      ['Location', location],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(body.length)],
    ]) + (context.method === 'HEAD' ? '' : body)
  )
}

function answer(
  status: number,
  context: AnswerContext,
  fields: ReadonlyArray<readonly [string, string]>,
): string {
  let text = `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\nDate: ${new Date().toUTCString()}\r\n`
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`
  return `${text}${connectionLine(context.close, context.minor)}\r\n`
}

/** What a client must be told of the connection: only what differs from its version's default (RFC 9112 §9.3). */
export function connectionLine(close: boolean, minor: number): string {
  if (close) return 'Connection: close\r\n'
  return minor === 0 ? 'Connection: keep-alive\r\n' : ''
}

function proxyStatus(error: string, detail: string): string {
  // RFC 8941 §3.3.3: a string of printable ASCII; details are ours, never a peer's words.
  return `revproxy-tui; error=${error}${detail === '' ? '' : `; details="${detail.replace(/[^ !#-[\]-~]/g, '')}"`}`
}

function bodyFor(accept: string, status: number, reason: string, sentence: string, error: string) {
  if (/\bapplication\/(?:[a-z.+-]+\+)?json\b/i.test(accept)) {
    return {type: 'application/json', body: `${JSON.stringify({status, error, message: sentence})}\n`}
  }
  if (/\btext\/html\b/i.test(accept)) {
    const title = `${status} ${reason}`
    const body = `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${sentence}</p>\n`
    return {type: 'text/html; charset=utf-8', body}
  }
  return {type: 'text/plain; charset=utf-8', body: `${status} ${reason}\n${sentence}\n`}
}
