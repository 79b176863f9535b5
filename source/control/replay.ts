/** Sends a recorded request again, straight to instances of its service, and keeps what each of them answers. */
import {Client, type Dispatcher} from 'undici'
import type {InstanceConfig, ServiceConfig} from '../config/config.ts'
import {addressAndPort} from '../config/formats.ts'
import {printable} from '../printable.ts'
import {announcesBody, fieldsOf, hopByHop} from '../requests/heads.ts'
import type {Redaction} from '../requests/redact.ts'
import type {UpstreamTls} from '../tls/upstream.ts'
import {clientOptions} from './instance-socket.ts'
import {ReplayAnswer} from './replay-answer.ts'
import type {CapturedBody, ReplayResult, RequestDetail, RequestView} from './requests.ts'

/** For all of it: an answer that streams for longer is cut here, and is said to be. */
const REPLAY_MS = 30_000

/** What the proxy tells instances of the client, in place of what the client claims. */
const forwarded = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-real-ip',
  'content-length',
])

/** How an instance is spoken to: undefined: plainly. */
export type TlsOf = (instance: InstanceConfig) => UpstreamTls | undefined

/**
 * `detail` with its secrets; `keys` of instances, none: the one of the last attempt.
 * @throws Error in words, when the request cannot be sent again as it was
 */
export function replay(
  detail: RequestDetail,
  service: ServiceConfig | undefined,
  keys: readonly string[],
  redaction: Redaction,
  tlsOf: TlsOf,
): Promise<readonly ReplayResult[]> {
  const {request, requestBody} = detail
  const problem = problemOf(request, requestBody)
  if (problem !== undefined || service === undefined) throw new Error(problem ?? 'it belongs to no service')
  const last = request.attempts.at(-1)?.instance ?? ''
  const instances = (keys.length === 0 ? [last] : keys).map(key => {
    const found = service.instances.find(instance => instance.key === key)
    if (found === undefined)
      throw new Error(`${service.name} has no instance ${printable(key) || 'that it was sent to'}`)
    return found
  })
  const options: Dispatcher.DispatchOptions = {
    path: request.target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(?=\/)/i, ''),
    // undici's type names the common methods only, and takes any token.
    method: request.method as Dispatcher.HttpMethod,
    headers: fieldsFor(request),
    body: requestBody === undefined ? null : Buffer.from(requestBody.bytes),
  }
  return Promise.all(instances.map(instance => sendTo(instance, service, options, redaction, tlsOf)))
}

function problemOf(request: RequestView, body: CapturedBody | undefined): string | undefined {
  if (request.upgraded) return 'a tunnel cannot be sent again'
  if (!request.requestHead.endsWith('\r\n\r\n'))
    return 'its head is not whole: more of it than is kept was sent, or less than a head'
  if (!/^(?:\/|https?:\/\/[^/]+\/)/.test(request.target)) return `its target is no path`
  if (!announcesBody(request.requestHead)) return undefined
  if (body === undefined) return 'its body was not captured: turn the capture on, and take a later one'
  return body.isCut ? 'of its body only the beginning was captured' : undefined
}

function fieldsFor({requestHead, clientAddress, host, tls}: RequestView): string[] {
  const fields = fieldsOf(requestHead)
  const dropped = hopByHop(fields)
  const kept = fields.filter(
    ({name}) => !dropped.has(name.toLowerCase()) && !forwarded.has(name.toLowerCase()),
  )
  return [
    ...kept.flatMap(({name, value}) => [name, value]),
    ...['X-Forwarded-For', clientAddress],
    ...['X-Forwarded-Proto', tls === undefined ? 'http' : 'https'],
    ...['X-Forwarded-Host', host],
    ...['X-Replayed-By', 'revproxy-tui'],
  ]
}

async function sendTo(
  instance: InstanceConfig,
  {timeouts}: ServiceConfig,
  options: Dispatcher.DispatchOptions,
  redaction: Redaction,
  tlsOf: TlsOf,
): Promise<ReplayResult> {
  const {key, address, port, retry} = instance
  const {scheme, options: connection} = clientOptions(
    {address, port, tls: tlsOf(instance)},
    timeouts.connectMs,
  )
  const client = new Client(`${scheme}://${addressAndPort(address, port)}`, {
    ...connection,
    headersTimeout: retry.attemptMs ?? timeouts.responseHeadMs,
    bodyTimeout: timeouts.bodyIdleMs,
  })
  const answer = new ReplayAnswer()
  const timer = setTimeout(() => answer.stop(`not over after ${REPLAY_MS / 1000} s`), REPLAY_MS)
  try {
    client.dispatch(options, answer)
  } catch (error) {
    answer.fail(error)
  }
  const error = await answer.ended
  clearTimeout(timer)
  // Not waited for: an instance that hangs would hold up the others' answers.
  void client.destroy()
  return {
    instance: key,
    status: answer.status,
    duration: answer.duration,
    head: redaction.head(answer.head),
    body: answer.status === 0 ? undefined : redaction.body(answer.body, answer.head),
    error,
  }
}
