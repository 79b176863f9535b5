/** Words that name instances and services → what a snapshot knows by them, or which there are. Pure. */
import {nearest} from '../config/nearest.ts'
import type {InstanceRef, InstanceSnapshot, ServiceSnapshot, Snapshot} from '../control/control.ts'
import {CommandFailure} from './failure.ts'

const MOST_NAMED = 12

/** `service/address:port` of every instance. */
export function instanceNames({services}: Snapshot): readonly string[] {
  return services.flatMap(({name, instances}) => instances.map(({key}) => `${name}/${key}`))
}

/** @throws CommandFailure that says which services there are */
export function serviceNamed(snapshot: Snapshot, name: string): ServiceSnapshot {
  const found = snapshot.services.find(service => service.name === name)
  if (found !== undefined) return found
  throw unknown(
    'service',
    name,
    snapshot.services.map(service => service.name),
  )
}

/** `service/address:port`, or `address:port` where only one service has it. @throws CommandFailure with the candidates */
export function instanceNamed(snapshot: Snapshot, word: string): InstanceRef {
  const whole = snapshot.services.flatMap(({name, instances}) =>
    instances.flatMap(({key}) =>
      `${name}/${key}` === word || key === word ? [{service: name, instance: key}] : [],
    ),
  )
  const [only, ...others] = whole
  if (only === undefined) throw unknown('instance', word, instanceNames(snapshot))
  if (others.length === 0) return only
  const candidates = whole.map(({service, instance}) => `  ${service}/${instance}`)
  throw new CommandFailure(
    'REFUSED',
    `several services have ${word}; say which is meant:\n${candidates.join('\n')}`,
  )
}

/** A service, or an instance of one. @throws CommandFailure */
export function placeNamed(
  snapshot: Snapshot,
  word: string,
): {service: string; instance: string | undefined} {
  const isService = snapshot.services.some(({name}) => name === word)
  return isService ? {service: word, instance: undefined} : instanceNamed(snapshot, word)
}

export interface Named {
  readonly service: ServiceSnapshot
  /** all of its instances, or the one that was named */
  readonly instances: readonly InstanceSnapshot[]
}

/** An instance, or all of a service. @throws CommandFailure */
export function namedIn(snapshot: Snapshot, word: string): Named {
  const service = snapshot.services.find(({name}) => name === word)
  if (service !== undefined) return {service, instances: service.instances}
  const ref = instanceNamed(snapshot, word)
  const owner = serviceNamed(snapshot, ref.service)
  return {service: owner, instances: owner.instances.filter(({key}) => key === ref.instance)}
}

function unknown(what: string, word: string, known: readonly string[]): CommandFailure {
  const meant = nearest(word, known)
  const first = meant === undefined ? known : [meant, ...known.filter(each => each !== meant)]
  const named = first.slice(0, MOST_NAMED).map(each => `  ${each}`)
  const more = known.length - named.length
  const rest = more > 0 ? [`  and ${more} more`] : []
  return new CommandFailure(
    'REFUSED',
    `there is no ${what} ${word}; there are\n${[...named, ...rest].join('\n')}`,
  )
}
