/** What the demo's tests share: free ports, a configuration around them, and an HTTP exchange in one line. */
import {once} from 'node:events'
import {type AddressInfo, createServer} from 'node:net'
import type {Config, ServiceConfig} from '../../source/config/config.ts'
import type {InstancePlan} from '../../source/demo/messages.ts'

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({length: count}, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

export function instanceOn(port: number): InstancePlan {
  return {key: `127.0.0.1:${port}`, service: 'shop', address: '127.0.0.1', port}
}

const timeouts = {
  clientHeadMs: 10_000,
  clientIdleMs: 60_000,
  connectMs: 3_000,
  responseHeadMs: 30_000,
  queueMs: 5000,
  bodyIdleMs: 60_000,
  tunnelIdleMs: 3_600_000,
  handshakeMs: 10_000,
  upstreamIdleMs: 4_000,
  shutdownMs: 30_000,
  shutdownDelayMs: 0,
}

export function service(name: string, hosts: ReadonlyArray<readonly [string, number]>): ServiceConfig {
  return {
    name,
    domains: [`${name}.example`],
    paths: ['/'],
    headers: [],
    split: undefined,
    strategy: 'ROUND_ROBIN',
    instances: hosts.map(([address, port]) => ({
      key: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
      address,
      port,
      retry: {retries: 0, budgetPercent: 20},
      weight: 1,
      maxConnections: 0,
      backup: false,
    })),
    healthcheck: undefined,
    ejection: {errors: 5, connectFailures: 3, timeMs: 30_000, longestMs: 300_000, percent: 50},
    queue: 1000,
    rateLimit: undefined,
    timeouts,
  }
}

export function configOf(...services: ServiceConfig[]): Config {
  return {
    listen: [{address: '127.0.0.1', port: 8080}],
    resolver: {servers: [], family: 'ipv4', minTtlMs: 1000, maxTtlMs: 300_000},
    workers: undefined,
    timeouts,
    limits: {
      requestLine: 8_192,
      head: 32_768,
      fields: 100,
      upstreamHead: 65_536,
      replay: 65_536,
      connections: 10_000,
    },
    admin: undefined,
    accessLog: undefined,
    stateFile: undefined,
    control: undefined,
    identification: undefined,
    rateLimit: undefined,
    trustedProxies: [],
    forwardsTrace: false,
    redact: [],
    services,
  }
}
