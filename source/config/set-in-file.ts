/** What a file means when some of its settings are set otherwise while the proxy runs: changed as data, judged by the same rules. */
import type {Given} from './difference.ts'
import {timeouts} from './fields.ts'
import {addressAndPort} from './formats.ts'
import {judgeHealthchecks} from './healthcheck-rules.ts'
import type {Field} from './kinds.ts'
import {judgeResilience} from './resilience-rules.ts'
import {judgeHashHeader} from './rules.ts'
import {NONE, readSetting, rowsFor, type SettingRow, settingNamed, type Value, written} from './settings.ts'

type GivenService = Given['proxy']['services'][number]
type GivenHost = NonNullable<GivenService['hosts']>[number]

/** What somebody has set. `text` is as it was typed; `base` is what the file said then, and as long as it does this holds. */
export interface SettingChange {
  readonly service: string
  /** `address:port`; undefined: of all of them */
  readonly instance: string | undefined
  readonly key: string
  readonly text: string
  readonly base: string
}

/** What a file and changes to it come to, as it is written; of instances that differ, each value once. */
export function settingText(
  {proxy}: Given,
  its: GivenService,
  instance: string | undefined,
  row: SettingRow,
): string {
  const {section, leaf} = row
  if (section === 'timeouts' && leaf !== undefined) {
    const field: Field = timeouts.fields[leaf as keyof typeof timeouts.fields]
    const value = its.timeouts?.[leaf as never] ?? proxy.timeouts?.[leaf as never]
    return written(value, {...row, field})
  }
  if (!hasSection(its, instance, row)) return NONE
  const ofService = valueIn(its, row)
  const hosts = (its.hosts ?? []).filter(each => instance === undefined || keyOf(each) === instance)
  if (!row.ofHosts || hosts.length === 0) return written(ofService, row)
  const isCheck = section !== 'retryPolicy'
  const checked = hosts.filter(each => !isCheck || inherits(each, section))
  const texts = new Set(checked.map(each => written(valueIn(each, row) ?? ofService, row)))
  return texts.size === 0 ? written(ofService, row) : [...texts].join(', ')
}

/** It has no other sort of check of its own. */
function inherits(given: GivenHost, section: string): boolean {
  if (section in given) return true
  return !('tcpHealthcheck' in given || 'httpHealthcheck' in given || 'healthcheck' in given)
}

/** What the file says of the sections: those that a service does not have are on no list. */
export function hasSection(its: GivenService, instance: string | undefined, {section}: SettingRow): boolean {
  if (section !== 'tcpHealthcheck' && section !== 'httpHealthcheck' && section !== 'stickyCookie') return true
  const hosts = (its.hosts ?? []).filter(each => instance === undefined || keyOf(each) === instance)
  return section in its || hosts.some(each => section in each)
}

export function keyOf({address, port}: GivenHost): string {
  return addressAndPort(address, port)
}

/** What the file would say with the change; why it cannot be, in words. */
export function withSetting(
  given: Given,
  {service: name, instance, key, text}: Omit<SettingChange, 'base'>,
): {readonly given: Given} | {readonly problem: string} {
  const its = given.proxy.services.find(each => each.name === name)
  if (its === undefined) return {problem: `there is no service ${name}`}
  const row = settingNamed(key, rowsFor(instance))
  if ('problem' in row) return row
  const read = readSetting(text.trim(), row)
  if ('problem' in read) return read
  let changed: GivenService
  if (instance === undefined) changed = withForAll(its, row, read.value)
  else {
    if (!its.hosts?.some(each => keyOf(each) === instance))
      return {problem: `the file names no host ${instance} in ${name}: set ${row.key} for ${name}`}
    if (read.value === undefined)
      return {problem: `${instance} has what ${name} has where it has none of its own: set it for ${name}`}
    const hosts = its.hosts.map(each => (keyOf(each) === instance ? put(each, row, read.value) : each))
    changed = {...its, hosts}
  }
  const problem = problemWith(changed)
  if (problem !== undefined) return {problem}
  const services = given.proxy.services.map(each => (each === its ? changed : each))
  return {given: {proxy: {...given.proxy, services}}}
}

/** For the service; what its hosts said for themselves gives way. */
function withForAll(its: GivenService, row: SettingRow, value: Value): GivenService {
  if (!row.ofHosts) return put(its, row, value)
  const {section} = row
  const onlyHosts = section !== 'retryPolicy' && !(section in its) && its.hosts?.some(each => section in each)
  const hosts = its.hosts?.map(each =>
    section in each ? put(each, row, onlyHosts === true ? value : undefined) : each,
  )
  const changed = onlyHosts === true ? its : put(its, row, value)
  return hosts === undefined ? changed : {...changed, hosts}
}

function valueIn(owner: GivenService | GivenHost, {section, leaf}: SettingRow): Value {
  const found = (owner as Readonly<Record<string, unknown>>)[section]
  if (leaf === undefined) return found as Value
  return (found as Readonly<Record<string, Value>> | undefined)?.[leaf]
}

function put<Owner extends object>(owner: Owner, {section, leaf}: SettingRow, value: Value): Owner {
  if (leaf === undefined) return withKey(owner, section, value)
  const inner = (owner as Readonly<Record<string, object | undefined>>)[section] ?? {}
  return withKey(owner, section, withKey(inner, leaf, value))
}

function withKey<Owner extends object>(owner: Owner, key: string, value: unknown): Owner {
  const {[key]: _, ...rest} = owner as Record<string, unknown>
  return (value === undefined ? rest : {...rest, [key]: value}) as Owner
}

/** What the rules of a file have against it. A setting has no place in a text. */
function problemWith(its: GivenService): string | undefined {
  const problems: string[] = []
  const findings = {add: (_: number, message: string) => problems.push(message)}
  const places = {
    keyOffset: () => 0,
    hasKey: (mapping: object, key: string) => key in mapping,
    isWhole: () => true,
  }
  judgeHealthchecks(its, places, findings)
  judgeResilience({services: [its]}, places, findings)
  judgeHashHeader(its, places, findings)
  return problems[0]
}
