/** One HTTP health check: is the answer, in time, the one that is expected? */
import {Client, errors} from 'undici'
import type {HttpHealthcheck} from '../config/config.ts'
import {addressAndPort} from '../config/formats.ts'
import {type HeaderRule, headerRuleText} from '../routing/header-rule.ts'
import {clientOptions} from './instance-socket.ts'
import {type ProbedInstance, type ProbeResult, reasonOf} from './tcp-probe.ts'

/** The expected text has to stand within so many bytes: a check is not a download. */
const MAX_BODY = 64 * 1024
const USUAL: HttpHealthcheck['statuses'] = [[200, 399]]

/**
 * Asks on a new connection and hangs up; a redirect is an answer like any other. Never rejects. The time is for all of
 * it, from the connection to as much of the body as is looked at.
 */
export async function probeHttp(instance: ProbedInstance, check: HttpHealthcheck): Promise<ProbeResult> {
  const startedAt = performance.now()
  const {timeoutMs} = check
  const origin = addressAndPort(instance.address, instance.port)
  const {scheme, options} = clientOptions(instance, timeoutMs)
  const client = new Client(`${scheme}://${origin}`, options)
  // By our own clock: undici goes on for a second or more with a connection that nobody accepts.
  const late = Promise.withResolvers<Judged>()
  const timer = setTimeout(
    () => late.resolve({reason: `no answer within ${timeoutMs} ms`, found: ''}),
    timeoutMs,
  )
  const {reason, found} = await Promise.race([asked(client, origin, check), late.promise])
  clearTimeout(timer)
  const tookMs = performance.now() - startedAt
  void client.destroy()
  const passed = reason === ''
  return {passed, tookMs, reason, found: passed ? found : ''}
}

type Judged = Pick<ProbeResult, 'reason' | 'found'>

async function asked(client: Client, origin: string, check: HttpHealthcheck): Promise<Judged> {
  const {method, path, host} = check
  try {
    const {statusCode, headers, body} = await client.request({
      method,
      path,
      headers: {host: host ?? origin, 'user-agent': 'revproxy-tui health check'},
    })
    // What follows the verdict is nobody's concern, and must not be thrown.
    body.on('error', () => {})
    const reason =
      statusReason(statusCode, check) || headersReason(headers, check) || (await bodyReason(body, check))
    return {reason, found: `status ${statusCode}`}
  } catch (error) {
    return {reason: causeOf(error), found: ''}
  }
}

function statusReason(status: number, {statuses}: HttpHealthcheck): string {
  const ranges = statuses.length === 0 ? USUAL : statuses
  const isExpected = ranges.some(([from, to]) => status >= from && status <= to)
  return isExpected ? '' : `status ${status}`
}

/** Each line of a field counts by itself, as in the rules of routing. */
function headersReason(
  given: Readonly<Record<string, string | string[] | undefined>>,
  {headers}: HttpHealthcheck,
): string {
  const missed = headers.find(rule => !linesOf(given[rule.name]).some(line => fits(line, rule)))
  return missed === undefined ? '' : `the answer lacks ${headerRuleText(missed)}`
}

function linesOf(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat()
}

function fits(line: string, {match, value}: HeaderRule): boolean {
  if (match === 'present') return true
  // As the rule is written: undici gives fields as UTF-8 where they are.
  return match === 'exact' ? line === value : line.startsWith(value)
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
  if (!(error instanceof Error)) return String(error)
  if (error instanceof errors.HTTPParserError) return 'its answer is not HTTP/1.1'
  if (error instanceof errors.HeadersOverflowError) return 'the head of its answer is too large'
  if (error instanceof errors.SocketError) return 'connection closed before the answer was there'
  return reasonOf(error)
}
