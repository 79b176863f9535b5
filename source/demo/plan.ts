/** Which servers a demo starts and which services it sends traffic to, decided from the configuration alone. */
import {BlockList, isIP, isIPv6} from 'node:net'
import type {Config, Listen, ServiceConfig} from '../config/config.ts'
import type {DemoPlan, InstancePlan, Target} from './messages.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export function isLoopback(address: string): boolean {
  if (isIP(address) === 0) return address.toLowerCase() === 'localhost'
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** A Host that such a domain of the configuration matches. */
export function hostMatching(domain: string): string {
  if (domain === '*') return 'demo.localhost'
  return domain.startsWith('*.') ? `demo${domain.slice(1)}` : domain
}

/** Where to connect to reach a listener; one that listens on every address is reached over loopback. */
function originOf({address, port}: Listen): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (isIPv6(address)) return `http://[${address === '::' ? '::1' : address}]:${port}`
  return `http://${address}:${port}`
}

const isLocal = (service: ServiceConfig) => service.instances.every(({address}) => isLoopback(address))

/**
 * Throws when there is nothing that the demo could start. A service with an instance elsewhere gets no
 * traffic: made-up requests have no business on somebody's server. `remarks` says so.
 */
export function planDemo(config: Config, proxyAddress: Listen): {plan: DemoPlan; remarks: readonly string[]} {
  const instances = new Map<string, InstancePlan>()
  for (const service of config.services) {
    for (const {key, address, port} of service.instances) {
      if (isLoopback(address) && !instances.has(key)) {
        instances.set(key, {key, service: service.name, address, port})
      }
    }
  }
  if (instances.size === 0) {
    throw new Error(
      '--demo starts servers on loopback addresses only (127.0.0.0/8, ::1, localhost), ' +
        'and no host of this configuration has one: try it with sample.yaml',
    )
  }
  return {
    plan: {
      instances: [...instances.values()],
      origin: originOf(proxyAddress),
      targets: config.services.filter(isLocal).flatMap(targetOf),
    },
    remarks: config.services
      .filter(service => !isLocal(service))
      .map(({name}) => `${name} has hosts that are not on this machine: no demo traffic for it`),
  }
}

function targetOf({domains, instances}: ServiceConfig): Target[] {
  const [domain] = domains
  return domain === undefined ? [] : [{host: hostMatching(domain), instances: instances.map(({key}) => key)}]
}
