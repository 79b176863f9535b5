/** What is installed, in which version. */
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** The first version number that a program prints; undefined when it is absent. */
export function versionOf(program, argument) {
  const {error, stdout, stderr} = spawnSync(program, [argument], {encoding: 'utf8', timeout: 10_000})
  if (error !== undefined) return undefined
  return `${stdout}${stderr}`.match(/\d+\.\d+(\.\d+)*/)?.[0] ?? 'unknown'
}

export const isInstalled = program => versionOf(program, '-v') !== undefined

/** The version in a package.json, given relative to this folder; undefined when it is absent. */
export function packageVersion(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version
  } catch {
    return undefined
  }
}

export const npmVersion = name => packageVersion(`node_modules/${name}/package.json`)
