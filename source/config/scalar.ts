/** One scalar of a file, judged against the kind that its key asks for. Pure: no positions, no YAML. */
import {expected} from './expected.ts'
import {quoted} from './finding.ts'
import {formats, hostWithin} from './formats.ts'
import type {Count, Range, Scalar, Time} from './kinds.ts'
import {nearest} from './nearest.ts'
import {parseRange} from './range.ts'
import {millisecondsOf} from './time.ts'

export type Judged =
  | {readonly value: string | number | boolean}
  | {readonly problem: string; readonly hint?: string}

/** `found` is what YAML made of the text; the problem completes "port is ...". */
export function judged(found: unknown, kind: Scalar): Judged {
  const value = readAs(found, kind)
  if (value !== undefined) return {value}
  const hint = hintFor(found, kind)
  return {problem: `${described(found)}; expected ${expected(kind)}`, ...(hint === undefined ? {} : {hint})}
}

function readAs(found: unknown, kind: Scalar): string | number | boolean | undefined {
  switch (kind.is) {
    case 'time':
      return within(millisecondsOf(found), kind)
    case 'count':
      return within(found, kind)
    case 'range':
      return withinRange(typeof found === 'number' ? String(found) : found, kind)
    case 'choice':
      return kind.names.find(name => name === found)
    case 'flag':
      return typeof found === 'boolean' ? found : undefined
    case 'text':
      return typeof found === 'string' ? formats[kind.format].read(found) : undefined
  }
}

function within(value: unknown, {least, most}: Count | Time): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : undefined
}

function withinRange(found: unknown, {least, most}: Range): string | undefined {
  if (typeof found !== 'string') return undefined
  const [from, to] = parseRange(found) ?? [Number.NaN, Number.NaN]
  return from >= least && to <= most ? found : undefined
}

function described(found: unknown): string {
  if (found === null) return 'empty'
  return typeof found === 'string' ? `the text ${quoted(found)}` : quoted(String(found)).slice(1, -1)
}

function hintFor(found: unknown, kind: Scalar): string | undefined {
  switch (kind.is) {
    case 'time':
    case 'count':
      // A number that somebody put in quotes.
      return typeof found === 'string' && /^\d+$/.test(found) && readAs(Number(found), kind) !== undefined
        ? `did you mean ${found}, without quotes?`
        : undefined
    case 'flag':
      return typeof found === 'string' && /^(?:true|yes|on|false|no|off)$/i.test(found)
        ? `did you mean ${/^(?:true|yes|on)$/i.test(found)}, without quotes?`
        : undefined
    case 'range':
      return undefined
    case 'choice':
      return typeof found === 'string' ? didYouMean(nearest(found, kind.names)) : undefined
    case 'text':
      if (typeof found === 'string') return didYouMean(hostWithin(found, kind.format))
      return (typeof found === 'number' || typeof found === 'boolean') &&
        readAs(String(found), kind) !== undefined
        ? `did you mean "${found}", in quotes?`
        : undefined
  }
}

export function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean "${name}"?`
}
