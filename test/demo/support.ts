/** What the demo's tests share: an instance, and a configuration around some. */
import type {Config} from '../../source/config/config.ts'
import {parseConfig} from '../../source/config/parse.ts'
import type {InstancePlan} from '../../source/demo/messages.ts'

export function instanceOn(port: number): InstancePlan {
  return {key: `127.0.0.1:${port}`, service: 'shop', address: '127.0.0.1', port}
}

interface DraftService {
  readonly name: string
  readonly domain: string
  readonly hosts: ReadonlyArray<{readonly address: string; readonly port: number}>
}

export function service(name: string, hosts: ReadonlyArray<readonly [string, number]>): DraftService {
  return {name, domain: `${name}.example`, hosts: hosts.map(([address, port]) => ({address, port}))}
}

export function configOf(...services: readonly DraftService[]): Config {
  const {config, findings} = parseConfig(JSON.stringify({proxy: {services}}), 'demo.yaml')
  if (config === undefined) throw new Error(JSON.stringify(findings))
  return config
}
