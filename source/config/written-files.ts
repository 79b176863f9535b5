/** Files that the proxy writes must not be those that it reads, nor each other: a state file takes the place of what lies there. */
import {realpathSync} from 'node:fs'
import type {Finding} from './finding.ts'

/** A file and the place where it is named, which is where a finding about it points. */
export interface NamedFile {
  readonly path: string
  readonly place: Omit<Finding, 'message'>
}

export interface WrittenFile extends NamedFile {
  /** such as `stateFile` */
  readonly key: string
}

/** `read`: paths of those that it reads, the configuration's own among them. */
export function checkWritten(written: readonly WrittenFile[], read: readonly string[]): readonly Finding[] {
  const taken = new Map(read.map(path => [real(path), 'read']))
  return written.flatMap(({key, path, place}) => {
    const other = taken.get(real(path))
    taken.set(real(path), `written as ${key}`)
    if (other === undefined) return []
    return [{...place, message: `${key} is ${path}: that file is ${other} as well; choose another one`}]
  })
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
