/** Health checks from what was read: those of a service, and those that an instance has of its own. */
import {type HeaderRule, headerRule} from '../routing/header-rule.ts'
import type {Healthcheck, HttpHealthcheck, InstanceConfig, ServiceConfig, TcpHealthcheck} from './config.ts'
import {type host, httpHealthcheck, type service, tcpHealthcheck} from './fields.ts'
import {defaultsOf, type Read} from './kinds.ts'
import {parseRange} from './range.ts'

type ReadService = Read<typeof service, true>
type ReadHost = Read<typeof host, true>
type ReadTcp = Read<typeof tcpHealthcheck, true>
type ReadHttp = Read<typeof httpHealthcheck, true>

/** Fast enough to see a change within seconds, slow enough for a thousand instances. */
const FAST_MS = 1000

/** How a service has its instances checked; a rule sees to it that it has one check at most. */
export function healthcheckOf(given: ReadService): Healthcheck | undefined {
  if (given.httpHealthcheck !== undefined) return httpOf(given.httpHealthcheck)
  return given.tcpHealthcheck === undefined ? undefined : tcpOf(given.tcpHealthcheck)
}

/** What an instance says for itself; a check of the same kind as the service's has the keys that it does not give. */
export function ownHealthcheck(
  {tcpHealthcheck: tcp, httpHealthcheck: http, healthcheck}: ReadHost,
  ofService: ReadService,
): Pick<InstanceConfig, 'healthcheck'> {
  if (healthcheck !== undefined) return {healthcheck}
  if (http !== undefined) return {healthcheck: httpOf({...ofService.httpHealthcheck, ...http})}
  return tcp === undefined ? {} : {healthcheck: tcpOf({...ofService.tcpHealthcheck, ...tcp})}
}

/** The check that holds for an instance; undefined: it has none. */
export function checkOf(ofService: ServiceConfig, {healthcheck}: InstanceConfig): Healthcheck | undefined {
  if (healthcheck === 'none') return undefined
  return healthcheck ?? ofService.healthcheck
}

export function isHttp(check: Healthcheck): check is HttpHealthcheck {
  return 'path' in check
}

function tcpOf(given: ReadTcp): TcpHealthcheck {
  const {interval, timeout, rise, fall} = {...defaultsOf(tcpHealthcheck.of.fields), ...given}
  return {
    port: given.port,
    intervalMs: interval,
    fastIntervalMs: given.fastInterval ?? Math.min(interval, FAST_MS),
    timeoutMs: timeout,
    rise,
    fall,
  }
}

function httpOf(given: ReadHttp): HttpHealthcheck {
  const {method, path} = {...defaultsOf(httpHealthcheck.of.fields), ...given}
  const {host: hostField, status = [], body: text} = given
  const statuses = status.map(parseRange).filter(range => range !== undefined)
  const headers = (given.headers ?? []).map(({key, value}): HeaderRule => headerRule(key, value))
  return {...tcpOf(given), method, path, host: hostField, statuses, headers, text}
}
