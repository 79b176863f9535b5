/** From what was read without findings to the Config that the program runs by: defaults and inheritance. */
// Longer than our files are: one function for each mapping of the table of keys, and each does no more than defaults and inheritance.
import {isIP} from 'node:net'
import {resolve} from 'node:path'
import type {EjectionPolicy} from '../balancing/ejection.ts'
import {headerRule} from '../routing/header-rule.ts'
import type {
  Config,
  ControlConfig,
  Discover,
  Identification,
  InstanceConfig,
  InstanceTemplate,
  InstanceTls,
  Listen,
  RateLimit,
  ResolverSettings,
  RetryPolicy,
  ServiceConfig,
  StickyCookie,
  Timeouts,
} from './config.ts'
import {
  accessLog,
  admin,
  controlListen,
  ejection,
  host,
  instanceTls,
  limits,
  listen,
  listenTls,
  rateLimit,
  resolver,
  retryPolicy,
  type root,
  service,
  split,
  stickyCookie,
  timeouts,
} from './fields.ts'

import {addressAndPort} from './formats.ts'
import {healthcheckOf, ownHealthcheck} from './healthchecks.ts'
import type {FileHost} from './hosts-file.ts'
import {defaultsOf, type Read} from './kinds.ts'
import {faultsOf} from './made-faults.ts'

type ReadFile = Read<typeof root, true>
type ReadListen = NonNullable<ReadFile['proxy']['listen']>[number]
type ReadService = ReadFile['proxy']['services'][number]
type ReadHost = NonNullable<ReadService['hosts']>[number]
type ReadInstanceTls = NonNullable<ReadHost['tls']>
type ReadRetryPolicy = NonNullable<ReadHost['retryPolicy']>
type AllTimeouts = Required<Read<typeof timeouts, true>>

/** Once, not for each of ten thousand hosts. */
const hostDefaults = defaultsOf(host.fields)

/** Paths in it begin in `folder`. */
export function buildConfig({proxy}: ReadFile, folder: string): Config {
  const proxyTimeouts = {...defaultsOf(timeouts.fields), ...proxy.timeouts}
  return {
    listen: (proxy.listen ?? [{}]).map(entry => listenOf(entry, folder)),
    resolver: resolverOf(proxy.resolver ?? {}),
    workers: proxy.workers,
    timeouts: timeoutsOf(proxyTimeouts),
    limits: {...defaultsOf(limits.fields), ...proxy.limits},
    admin: proxy.admin && {...defaultsOf(admin.fields), ...proxy.admin},
    accessLog: proxy.accessLog && {...defaultsOf(accessLog.fields), ...proxy.accessLog},
    control: proxy.control && controlOf(proxy.control),
    stateFile: proxy.stateFile && resolve(folder, proxy.stateFile),
    rateLimit: rateLimitOf(proxy),
    trustedProxies: proxy.trustedProxies ?? [],
    forwardsTrace: proxy.trace === 'forward',
    identification: identificationOf(proxy),
    redact: proxy.redact ?? [],
    services: proxy.services.map(entry => serviceOf(entry, proxyTimeouts, folder)),
  }
}

function controlOf(given: NonNullable<ReadFile['proxy']['control']>): ControlConfig {
  const {socket, listen, token, tokenFile, hosts = []} = given
  const address = listen && {...defaultsOf(controlListen.fields), ...listen}
  return {socket, listen: address, token, tokenFile, hosts}
}

function listenOf({redirect, redirectPort, tls: given, ...rest}: ReadListen, folder: string): Listen {
  const {address, port} = {...defaultsOf(listen.fields), ...rest}
  const plain = redirect === undefined ? {address, port} : {address, port, redirect: {port: redirectPort}}
  if (given === undefined) return plain
  const {minVersion, certificates} = {...defaultsOf(listenTls.fields), ...given}
  const files = certificates.map(({certificate, key = certificate}) => ({
    certificate: resolve(folder, certificate),
    key: resolve(folder, key),
  }))
  return {...plain, tls: {minVersion, certificates: files}}
}

function identificationOf(given: ReadFile['proxy']): Identification | undefined {
  const {requestId = 'off', traceparent = 'off'} = given
  return requestId === 'off' && traceparent === 'off' ? undefined : {requestId, traceparent}
}

function serviceOf(given: ReadService, proxyTimeouts: AllTimeouts, folder: string): ServiceConfig {
  const {lbPolicy, weight, queue} = {...defaultsOf(service.fields), ...given}
  return {
    name: given.name,
    domains: given.domain,
    paths: given.path ?? ['/'],
    headers: (given.headers ?? []).map(({key, value}) => headerRule(key, value)),
    split: given.split && {...defaultsOf(split.fields), ...given.split},
    strategy: lbPolicy,
    ...stickyCookieOf(given),
    ...(given.slowStart === undefined ? {} : {slowStartMs: given.slowStart}),
    ...(given.switchGuard === true ? {switchGuard: true} : {}),
    ...(given.hashHeader === undefined ? {} : {hashHeader: given.hashHeader.toLowerCase()}),
    instances: (given.hosts ?? []).map(host => ({
      ...instanceOf(host, given, weight, folder),
      ...ownHealthcheck(host, given),
    })),
    ...discoverOf(given, weight, folder),
    healthcheck: healthcheckOf(given),
    ejection: ejectionOf(given),
    rateLimit: rateLimitOf(given),
    queue,
    ...faultsOf(given),
    timeouts: timeoutsOf({...proxyTimeouts, ...given.timeouts}),
  }
}

function resolverOf(given: NonNullable<ReadFile['proxy']['resolver']>): ResolverSettings {
  const {servers = [], family, minTtl, maxTtl} = {...defaultsOf(resolver.fields), ...given}
  return {servers, family, minTtlMs: minTtl, maxTtlMs: maxTtl}
}

function discoverOf(given: ReadService, weight: number, folder: string): {discover?: Discover} {
  if (given.discover === undefined) return {}
  const {srv, file} = given.discover
  const tls = given.tls && instanceTlsOf(given.tls, '', folder)
  const {retryPolicy: policy = {}, maxConnections = 0} = given
  const template = {retry: retryOf(policy), weight, maxConnections, ...(tls && {tls})}
  return {discover: {srv, file: file === undefined ? undefined : resolve(folder, file), template}}
}

/** An instance of a file of hosts. */
export function instanceOfFile(
  {address, port, weight, maxConnections, backup = hostDefaults.backup, retryPolicy: own}: FileHost,
  template: InstanceTemplate,
): InstanceConfig {
  const {tls} = template
  return {
    ...template,
    key: addressAndPort(address, port),
    address,
    port,
    weight: weight ?? template.weight,
    maxConnections: maxConnections ?? template.maxConnections,
    backup,
    retry: own === undefined ? template.retry : {...template.retry, ...retryOf(withOwn(template.retry, own))},
    ...(tls && {tls: {...tls, serverName: tls.serverName ?? serverNameOf(address)}}),
  }
}

function serverNameOf(address: string): string | undefined {
  return address === '' || isIP(address) !== 0 ? undefined : address
}

function instanceOf(
  {address, port, retryPolicy: own, tls, weight, maxConnections, backup = hostDefaults.backup}: ReadHost,
  ofService: ReadService,
  weightOfService: number,
  folder: string,
): InstanceConfig {
  const key = addressAndPort(address, port)
  const retry = retryOf({...ofService.retryPolicy, ...own})
  const plain = {
    key,
    address,
    port,
    retry,
    weight: weight ?? weightOfService,
    maxConnections: maxConnections ?? ofService.maxConnections ?? 0,
    backup,
  }
  if (tls === undefined && ofService.tls === undefined) return plain
  return {...plain, tls: instanceTlsOf({...ofService.tls, ...tls}, address, folder)}
}

/** RFC 6066 §3: an address is no server name; the certificate has to have it then. */
function instanceTlsOf(given: ReadInstanceTls, address: string, folder: string): InstanceTls {
  const {verify, minVersion, ca, serverName} = {...defaultsOf(instanceTls.fields), ...given}
  return {
    verify,
    minVersion,
    ca: ca === undefined ? undefined : resolve(folder, ca),
    serverName: serverName ?? serverNameOf(address),
  }
}

function stickyCookieOf({stickyCookie: given}: ReadService): {stickyCookie?: StickyCookie} {
  if (given === undefined) return {}
  const {name} = {...defaultsOf(stickyCookie.fields), ...given}
  return {stickyCookie: {name, secret: given.secret, maxAgeMs: given.maxAge}}
}

/** The keys that have defaults are inherited, too. */
function withOwn({retries, budgetPercent}: RetryPolicy, own: ReadRetryPolicy): ReadRetryPolicy {
  return {retries, budget: budgetPercent, ...own}
}

function retryOf({timeout, total, statuses, ...given}: ReadRetryPolicy): RetryPolicy {
  const {retries, budget} = {...defaultsOf(retryPolicy.of.fields), ...given}
  return {
    ...(timeout === undefined ? {} : {attemptMs: timeout}),
    retries,
    ...(total === undefined ? {} : {totalMs: total}),
    ...(statuses === undefined ? {} : {statuses}),
    budgetPercent: budget,
  }
}

function rateLimitOf({rateLimit: given}: Pick<ReadService, 'rateLimit'>): RateLimit | undefined {
  if (given === undefined) return undefined
  const {requests, per, burst = given.requests} = {...defaultsOf(rateLimit.fields), ...given}
  return {requests, perMs: per, burst}
}

function ejectionOf({ejection: given}: ReadService): EjectionPolicy {
  const {time, longest, ...rest} = {...defaultsOf(ejection.fields), ...given}
  return {...rest, timeMs: time, longestMs: given?.longest ?? Math.max(longest, time)}
}

function timeoutsOf(read: AllTimeouts): Timeouts {
  return {
    clientHeadMs: read.clientHead,
    clientIdleMs: read.clientIdle,
    connectMs: read.connect,
    responseHeadMs: read.responseHead,
    queueMs: read.queue,
    bodyIdleMs: read.bodyIdle,
    tunnelIdleMs: read.tunnelIdle,
    handshakeMs: read.handshake,
    upstreamIdleMs: read.upstreamIdle,
    shutdownMs: read.shutdown,
    shutdownDelayMs: read.shutdownDelay,
  }
}
