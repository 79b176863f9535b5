/** Which version of the program this is, as its package says. */
import {readFileSync} from 'node:fs'
import {findPackageJSON} from 'node:module'

/** Read when it is asked for: a start does without. Empty when there is no package around the program. */
export function version(): string {
  const path = findPackageJSON('..', import.meta.url)
  if (path === undefined) return ''
  const {version} = JSON.parse(readFileSync(path, 'utf8')) as {readonly version?: string}
  return version ?? ''
}
