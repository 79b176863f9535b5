/** What has to fit together in the settings of retries, ejection and rate limits. */
import type {ProxyDraft, ServiceDraft} from './drafts.ts'
import {rateLimit} from './fields.ts'
import type {Report} from './finding.ts'
import {defaultsOf} from './kinds.ts'
import type {Places} from './reader.ts'
import {formatTime, HOUR} from './time.ts'

export function judgeResilience(proxy: ProxyDraft, reader: Places, findings: Report): void {
  const services = proxy.services ?? []
  for (const {rateLimit: limit} of [proxy, ...services])
    if (limit !== undefined) judgeRate(limit, reader, findings)
  for (const {ejection, retryPolicy, hosts = []} of services) {
    if (ejection !== undefined) judgeEjection(ejection, reader, findings)
    for (const policy of [retryPolicy, ...hosts.map(host => host.retryPolicy)])
      if (policy !== undefined) judgeRetry(policy, reader, findings)
  }
}

function judgeRetry(
  policy: NonNullable<ServiceDraft['retryPolicy']>,
  reader: Places,
  findings: Report,
): void {
  const {timeout, total} = policy
  if (timeout === undefined || total === undefined || total >= timeout) return
  const times = `total is ${formatTime(total)}, shorter than timeout, which is ${formatTime(timeout)}`
  findings.add(reader.keyOffset(policy, 'total'), `${times}; expected time for one attempt at least`)
}

function judgeEjection(given: NonNullable<ServiceDraft['ejection']>, reader: Places, findings: Report): void {
  const {time, longest} = given
  if (time === undefined || longest === undefined || longest >= time) return
  const at = reader.keyOffset(given, 'longest')
  const times = `longest is ${formatTime(longest)}, shorter than time, which is ${formatTime(time)}`
  findings.add(at, `${times}; expected time for one ejection at least`)
}

/** What a client has used up of its burst is kept for an hour at most. */
function judgeRate(given: NonNullable<ServiceDraft['rateLimit']>, reader: Places, findings: Report): void {
  const {requests, per, burst} = {...defaultsOf(rateLimit.fields), ...given}
  if (requests === undefined || burst === undefined || !reader.isWhole(given)) return
  const fullMs = (burst * per) / requests
  if (fullMs <= HOUR) return
  const at = reader.keyOffset(given, 'burst')
  findings.add(
    at,
    `burst is ${burst}, which takes ${formatTime(Math.round(fullMs))} to come back; expected one hour or less`,
  )
}
