/** The instances of a service from what it names and what is known of these names. Pure. */
import {isIP} from 'node:net'
import {MAX_WEIGHT} from '../bounds.ts'
import type {InstanceConfig, InstanceTemplate, ServiceConfig} from '../config/config.ts'
import {addressAndPort} from '../config/formats.ts'
import type {SrvTarget} from './name-resolver.ts'

/** What is known; undefined: nothing was ever answered. */
export interface Known {
  addresses(name: string): readonly string[] | undefined
  targets(srv: string): readonly SrvTarget[] | undefined
  hosts(file: string, template: InstanceTemplate): readonly InstanceConfig[] | undefined
}

/** Those that stand for themselves: what the service names, before names are asked for. */
export function namedInstances(
  {instances, discover}: ServiceConfig,
  known: Known,
): readonly InstanceConfig[] {
  if (discover === undefined) return instances
  const {srv, file, template} = discover
  return [
    ...instances,
    ...(file === undefined ? [] : (known.hosts(file, template) ?? [])),
    ...(srv === undefined ? [] : srvInstances(known.targets(srv) ?? [], template)),
  ]
}

/** A name gives an instance for each of its addresses; one of which nothing is known stays as it is. Each once. */
export function expandedInstances(service: ServiceConfig, known: Known): readonly InstanceConfig[] {
  const instances = new Map<string, InstanceConfig>()
  for (const instance of namedInstances(service, known)) {
    const addresses = isName(instance.address) ? known.addresses(instance.address) : undefined
    for (const one of addresses === undefined ? [instance] : addresses.map(at => atAddress(instance, at)))
      if (!instances.has(one.key)) instances.set(one.key, one)
  }
  return [...instances.values()]
}

/** Whether it has to be asked for; an IPv6 address may have a zone. */
export function isName(address: string): boolean {
  return isIP(address.split('%')[0] ?? '') === 0
}

function atAddress(instance: InstanceConfig, address: string): InstanceConfig {
  return {...instance, address, key: addressAndPort(address, instance.port), name: instance.address}
}

/** RFC 2782: the lowest priority first, the others when none of those can; weights within a priority. */
function srvInstances(targets: readonly SrvTarget[], template: InstanceTemplate): readonly InstanceConfig[] {
  const lowest = Math.min(...targets.map(({priority}) => priority))
  const heaviest = Math.max(...targets.map(({weight}) => weight))
  // Those of DNS go to 65,535.
  const scale = Math.min(1, MAX_WEIGHT / Math.max(1, heaviest))
  return targets.map(({name, port, priority, weight}) => ({
    ...template,
    ...(template.tls && {tls: {...template.tls, serverName: template.tls.serverName ?? name}}),
    key: addressAndPort(name, port),
    address: name,
    port,
    // A weight of 0 is for a very small share, and among nothing but those all are alike.
    weight: Math.max(1, Math.round(weight * scale)),
    backup: priority !== lowest,
  }))
}
