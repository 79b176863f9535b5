/** What a scraper does with the admin listener, for tests: asks, and reads the samples. */
import {spawnSync} from 'node:child_process'
import type {TestProxy} from '../proxy/harness.ts'

export function adminUrl(proxy: TestProxy, path: string): string {
  const address = proxy.controller.adminAddress
  if (address === undefined) throw new Error('there is no admin listener')
  return `http://127.0.0.1:${address.port}${path}`
}

export async function metricsOf(proxy: TestProxy): Promise<string> {
  const response = await fetch(adminUrl(proxy, '/metrics'))
  return response.text()
}

/** The value of the one sample whose line begins so; undefined when there is none. */
export function sampleOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find(candidate => candidate.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

/** Why a test that needs this program cannot run; false: it can. */
export function without(program: string): string | false {
  return spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`
}
