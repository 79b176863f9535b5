/**
 * Filters over requests, from a text that a person types. No regular expressions of theirs: a filter takes linear time
 * whatever it says, so it may also run in a worker.
 */
import {type EarlySubject, type FieldName, fields, flags, type Subject} from './filter-fields.ts'
import {readFilter} from './filter-parser.ts'
import {BadFilter} from './filter-scanner.ts'
import {both, everything, type FilterNode, printFilter} from './filter-tree.ts'
import {earlyTest, lateTest, patternTest} from './filter-values.ts'

export type {EarlySubject, FieldName, Subject} from './filter-fields.ts'

export interface Filter {
  readonly ok: true
  /** in one spelling: what is saved, shown and sent on */
  readonly text: string
  /** no condition at all */
  readonly matchesAll: boolean
  readonly matches: (request: Subject) => boolean
  /** When only the head is known: whether the request could still match in the end. */
  readonly mayMatch: (request: EarlySubject) => boolean
}

/** `at`: offset of what cannot be read, where a caret goes. */
export interface FilterProblem {
  readonly ok: false
  readonly at: number
  readonly message: string
}

type Early = (request: EarlySubject) => boolean

/** Never throws. */
export function parseFilter(text: string): Filter | FilterProblem {
  try {
    const node = readFilter(text)
    const {possible} = early(node)
    return {
      ok: true,
      text: printFilter(node),
      matchesAll: node === everything,
      matches: late(node),
      mayMatch: possible,
    }
  } catch (error) {
    if (!(error instanceof BadFilter)) throw error
    return {ok: false, at: error.at, message: error.message}
  }
}

/**
 * The text of a filter with one more condition, as Enter on a row adds it; `value` is meant to the letter.
 * A text that is no filter gives the new condition alone.
 */
export function withCondition(text: string, field: FieldName, value: string): string {
  let node: FilterNode = everything
  try {
    node = readFilter(text)
  } catch (error) {
    if (!(error instanceof BadFilter)) throw error
  }
  const condition: FilterNode = {is: 'term', field, operator: ':', value: [value]}
  const added = printFilter(condition)
  const has =
    node.is === 'and' ? node.of.some(part => printFilter(part) === added) : printFilter(node) === added
  return has ? printFilter(node) : printFilter(both(node, condition))
}

function late(node: FilterNode): (request: Subject) => boolean {
  switch (node.is) {
    case 'and': {
      const parts = node.of.map(late)
      return request => parts.every(part => part(request))
    }
    case 'or': {
      const parts = node.of.map(late)
      return request => parts.some(part => part(request))
    }
    case 'not': {
      const part = late(node.of)
      return request => !part(request)
    }
    case 'flag':
      return flags[node.name]
    case 'word':
      return wordTest(node.text)
    case 'term': {
      const row = fields[node.field]
      return row.is === 'early' ? earlyTest(node, row) : lateTest(node, row)
    }
  }
}

/** Two answers, because `not` turns what is possible into what is not certain. */
function early(node: FilterNode): {readonly possible: Early; readonly certain: Early} {
  switch (node.is) {
    case 'and':
    case 'or': {
      const parts = node.of.map(early)
      const all = node.is === 'and'
      const judge = (which: 'possible' | 'certain'): Early =>
        all
          ? request => parts.every(part => part[which](request))
          : request => parts.some(part => part[which](request))
      return {possible: judge('possible'), certain: judge('certain')}
    }
    case 'not': {
      const {possible, certain} = early(node.of)
      return {possible: request => !certain(request), certain: request => !possible(request)}
    }
    case 'flag':
      return unknown
    case 'word':
      return known(wordTest(node.text))
    case 'term': {
      const row = fields[node.field]
      return row.is === 'early' ? known(earlyTest(node, row)) : unknown
    }
  }
}

const unknown = {possible: () => true, certain: () => false}

function known(test: Early): {readonly possible: Early; readonly certain: Early} {
  return {possible: test, certain: test}
}

function wordTest(text: readonly string[]): Early {
  const holds = patternTest(text, true)
  return request => holds(request.target) || holds(request.host)
}
