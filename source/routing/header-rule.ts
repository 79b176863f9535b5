/** One condition on a header field: that it is there, that it has a value, or how its value begins. */
import type {FieldSpans} from '../http1/fields.ts'
import {octetsOf} from './octets.ts'

export interface HeaderRule {
  /** in lower case */
  readonly name: string
  readonly match: 'present' | 'exact' | 'prefix'
  /** empty for `present` */
  readonly value: string
}

/** As it stands in the file: `*` is any value, a `*` at the end leaves the rest open. */
export function headerRule(name: string, text: string): HeaderRule {
  if (text === '*') return {name, match: 'present', value: ''}
  return text.endsWith('*')
    ? {name, match: 'prefix', value: text.slice(0, -1)}
    : {name, match: 'exact', value: text}
}

/** `x-env: canary`, `x-env: canary*`, `x-env: *`. */
export function headerRuleText({name, match, value}: HeaderRule): string {
  return `${name}: ${value}${match === 'exact' ? '' : '*'}`
}

/** Whether any line of that name meets the rule: a line's whole value counts, not the entries of a list in it. */
export function meets(fields: FieldSpans, {name, match, value}: HeaderRule): boolean {
  for (let index = 0; index < fields.count; index++) {
    if (fields.name(index).toLowerCase() !== name) continue
    if (match === 'present') return true
    const given = fields.value(index)
    const wanted = octetsOf(value)
    if (match === 'exact' ? given === wanted : given.startsWith(wanted)) return true
  }
  return false
}
