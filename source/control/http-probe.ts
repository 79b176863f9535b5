/** One HTTP health check: is the answer, in time, the one that is expected? */
import {Client} from 'undici'
import type {HttpHealthcheck} from '../config/config.ts'
import {addressAndPort} from '../config/formats.ts'
import {clientOptions} from './instance-socket.ts'
import {type ProbedInstance, type ProbeResult, reasonOf} from './tcp-probe.ts'

/** The expected text has to stand within so many bytes: a check is not a download. */
const MAX_BODY = 64 * 1024

/**
 * Asks on a new connection and hangs up; a redirect is an answer like any other. Never rejects. The time is for all of
 * it, from the connection to as much of the body as is looked at.
 */
export async function probeHttp(instance: ProbedInstance, check: HttpHealthcheck): Promise<ProbeResult> {
  const startedAt = performance.now()
  const {method, path, host, timeoutMs} = check
  const origin = addressAndPort(instance.address, instance.port)
  const {scheme, options} = clientOptions(instance, timeoutMs)
  const client = new Client(`${scheme}://${origin}`, options)
  const signal = AbortSignal.timeout(timeoutMs)
  let reason: string
  try {
    const {statusCode, body} = await client.request({
      method,
      path,
      headers: {host: host ?? origin, 'user-agent': 'revproxy-tui health check'},
      signal,
    })
    // What follows the verdict is nobody's concern, and must not be thrown.
    body.on('error', () => {})
    reason = statusReason(statusCode, check) || (await bodyReason(body, check))
  } catch (error) {
    reason = signal.aborted ? `no answer within ${timeoutMs} ms` : causeOf(error)
  }
  const tookMs = performance.now() - startedAt
  void client.destroy()
  return {passed: reason === '', tookMs, reason}
}

function statusReason(status: number, {statuses}: HttpHealthcheck): string {
  const isExpected = statuses.length === 0 ? status >= 200 && status < 400 : statuses.includes(status)
  return isExpected ? '' : `status ${status}`
}

async function bodyReason(body: AsyncIterable<Buffer>, {text}: HttpHealthcheck): Promise<string> {
  if (text === undefined) return ''
  let seen = Buffer.alloc(0)
  for await (const piece of body) {
    seen = Buffer.concat([seen, piece]).subarray(0, MAX_BODY)
    if (seen.includes(text)) return ''
    if (seen.length === MAX_BODY) break
  }
  return 'the body lacks the expected text'
}

function causeOf(error: unknown): string {
  return error instanceof Error ? reasonOf(error) : String(error)
}
