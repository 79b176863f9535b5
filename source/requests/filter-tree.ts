/** A filter once it is read: its parts, how they are written again, and how parts are put together. */
import {type FieldName, type FlagName, fieldNames, flagNames} from './filter-fields.ts'

export const operators = ['!=', '>=', '<=', ':', '=', '>', '<', '~'] as const
export type Operator = (typeof operators)[number]

/** A text with wildcards: what stands before, between and after them. One part: no wildcard. */
export type Pattern = readonly string[]

export interface Term {
  readonly is: 'term'
  readonly field: FieldName
  readonly operator: Operator
  readonly value: Pattern
}

export type FilterNode =
  | {readonly is: 'and' | 'or'; readonly of: readonly FilterNode[]}
  | {readonly is: 'not'; readonly of: FilterNode}
  | {readonly is: 'flag'; readonly name: FlagName}
  /** found anywhere in target or host */
  | {readonly is: 'word'; readonly text: Pattern}
  | Term

/** Matches everything: an empty filter. */
export const everything: FilterNode = {is: 'and', of: []}

/** What needs no quotes wherever it stands; the rest gets them, needed or not. */
const plain = /^[\w/.%&?+,@-]*$/
/** Words that mean something by themselves. */
const reserved = new Set<string>(['and', 'or', 'not', ...fieldNames, ...flagNames])

function isReserved(text: string): boolean {
  return reserved.has(text.toLowerCase()) || /^\dxx$/i.test(text)
}

/** The text of a filter that `parseFilter` reads as `node`. */
export function printFilter(node: FilterNode): string {
  switch (node.is) {
    case 'and':
      return node.of.map(part => (isGroup(part) ? `(${printFilter(part)})` : printFilter(part))).join(' ')
    case 'or':
      return node.of
        .map(part => (part.is === 'or' ? `(${printFilter(part)})` : printFilter(part)))
        .join(' or ')
    case 'not':
      return isGroup(node.of) ? `!(${printFilter(node.of)})` : `!${printFilter(node.of)}`
    case 'flag':
      return node.name
    case 'word':
      return printPattern(node.text, true)
    case 'term':
      return `${node.field}${node.operator}${printPattern(node.value, false)}`
  }
}

function isGroup(node: FilterNode): boolean {
  return node.is === 'and' || node.is === 'or'
}

function printPattern(pattern: Pattern, isWord: boolean): string {
  const bare = pattern.join('*')
  const safe = pattern.every(part => plain.test(part)) && bare !== '' && !(isWord && isReserved(bare))
  return safe ? bare : `"${pattern.map(part => part.replace(/["\\*]/g, '\\$&')).join('*')}"`
}

/** Both must hold. An `or` stays one side of it. */
export function both(one: FilterNode, other: FilterNode): FilterNode {
  const parts = [one, other].flatMap(node => (node.is === 'and' ? node.of : [node]))
  const only = parts.length === 1 ? parts[0] : undefined
  return only ?? {is: 'and', of: parts}
}
