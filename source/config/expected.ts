/** What a kind of value looks like, in words: for a finding and for the reference. */
import {oneOf} from './finding.ts'
import {formats} from './formats.ts'
import type {Kind} from './kinds.ts'
import {formatTime} from './time.ts'

/** Completes "expected ...". */
export function expected(kind: Kind): string {
  switch (kind.is) {
    case 'time':
      return `a time from ${formatTime(kind.least)} to ${formatTime(kind.most)}, in seconds or with a unit (250ms, 2s, 1m, 1h)`
    case 'count':
      return `a whole number from ${kind.least} to ${kind.most}`
    case 'range':
      return `a whole number from ${kind.least} to ${kind.most}, or a range such as 200-299`
    case 'flag':
      return 'true or false'
    case 'choice':
      return oneOf(kind.names)
    case 'text':
      return formats[kind.format].expected
    case 'mapping':
      return `a mapping with ${oneOf(Object.keys(kind.fields))}`
    case 'single':
      return `${expected(kind.of)}, or a list of one such mapping`
    case 'entries':
      return `a mapping, each key ${formats[kind.key].expected}, each value ${expected(kind.of)}`
    case 'list':
      return listExpected(kind.least, kind.orOne, expected(kind.of))
  }
}

function listExpected(least: 0 | 1, orOne: boolean, entry: string): string {
  if (orOne) return `${entry}; or a list of at least one such`
  return least === 0 ? `a list, each entry ${entry}` : `a list of at least one entry, each ${entry}`
}
