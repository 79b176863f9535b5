/** The values of a filter's terms: numbers with units, classes of statuses, patterns, and how each is compared. */
import type {EarlySubject, FieldRow, Subject, Unit} from './filter-fields.ts'
import type {Operator, Pattern, Term} from './filter-tree.ts'

const units: Readonly<Record<string, {readonly of: 'time' | 'bytes'; readonly factor: number}>> = {
  us: {of: 'time', factor: 0.001},
  ms: {of: 'time', factor: 1},
  s: {of: 'time', factor: 1000},
  m: {of: 'time', factor: 60_000},
  min: {of: 'time', factor: 60_000},
  h: {of: 'time', factor: 3_600_000},
  b: {of: 'bytes', factor: 1},
  k: {of: 'bytes', factor: 1000},
  kb: {of: 'bytes', factor: 1000},
  kib: {of: 'bytes', factor: 1024},
  mb: {of: 'bytes', factor: 1e6},
  mib: {of: 'bytes', factor: 1_048_576},
  gb: {of: 'bytes', factor: 1e9},
  gib: {of: 'bytes', factor: 1_073_741_824},
}

const number = /^(\d{1,15}(?:\.\d{1,6})?)([a-z]*)$/i
const statusClass = /^([1-5])xx$/i

/** What a number that begins here is a number of, by its unit; undefined without one. */
export function unitOf(text: string): 'time' | 'bytes' | undefined {
  const unit = /^[\d.]+([a-z]+)/i.exec(text)?.[1]
  return unit === undefined ? undefined : units[unit.toLowerCase()]?.of
}

/** Why a term cannot mean anything; undefined when it does. */
export function problemOf(
  name: string,
  row: FieldRow,
  operator: Operator,
  value: Pattern,
): string | undefined {
  if (row.is !== 'number')
    return /[<>]/.test(operator) ? `${name} is a text: compare it with : = != or ~` : undefined
  if (operator === '~') return `${name} is a number: compare it with = != > >= < or <=`
  if (rangeOf(value.join('*'), row.unit) !== undefined) return undefined
  return `this is not ${wanted[row.unit]}`
}

const wanted: Readonly<Record<Unit, string>> = {
  time: 'a time such as 100ms, 2s or 1m',
  bytes: 'a size such as 500, 10kB or 2MB',
  status: 'a status such as 404 or 5xx',
  count: 'a whole number',
}

/** From and to, both within: a plain number is a range of one. */
type Range = readonly [number, number]

function rangeOf(text: string, unit: Unit): Range | undefined {
  const hundreds = unit === 'status' ? statusClass.exec(text)?.[1] : undefined
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99]
  const [, digits, suffix = ''] = number.exec(text) ?? []
  if (digits === undefined) return undefined
  const factor = suffix === '' ? 1 : factorOf(suffix, unit)
  return factor === undefined ? undefined : [Number(digits) * factor, Number(digits) * factor]
}

function factorOf(suffix: string, unit: Unit): number | undefined {
  const found = units[suffix.toLowerCase()]
  return found?.of === unit ? found.factor : undefined
}

/** Whether a number holds against a term of its field. */
function numberTest(term: Term, unit: Unit): (value: number | undefined) => boolean {
  const [from, to] = rangeOf(term.value.join('*'), unit) ?? [Number.NaN, Number.NaN]
  // Times are fractions of ms and typed as whole ones.
  const equal = (value: number) => Math.round(value) >= from && Math.round(value) <= to
  switch (term.operator) {
    case ':':
    case '=':
    case '~':
      return value => value !== undefined && equal(value)
    case '!=':
      return value => value === undefined || !equal(value)
    case '>':
      return value => value !== undefined && value > to
    case '>=':
      return value => value !== undefined && value >= from
    case '<':
      return value => value !== undefined && value < from
    case '<=':
      return value => value !== undefined && value <= to
  }
}

/** Whether a text holds against a pattern: all of it, or (`inside`) any part of it. Without regard to case. */
export function patternTest(pattern: Pattern, inside: boolean): (text: string) => boolean {
  const parts = pattern.map(part => part.toLowerCase())
  if (inside) return text => holdsInside(text.toLowerCase(), parts, 0, text.length)
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return text => text.length === first.length && text.toLowerCase() === first
  return text => {
    const lower = text.toLowerCase()
    const end = lower.length - last.length
    if (end < first.length || !lower.startsWith(first) || !lower.endsWith(last)) return false
    return holdsInside(lower, rest, first.length, end)
  }
}

/** The first place of each part after the one before it is as good as any other: no way back, so linear time. */
function holdsInside(text: string, parts: readonly string[], from: number, end: number): boolean {
  let at = from
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** A term on a field that is known early. */
export function earlyTest(term: Term, row: FieldRow & {is: 'early'}): (request: EarlySubject) => boolean {
  const read = row.whole !== undefined && term.value.join('').includes('?') ? row.whole : row.read
  const holds = patternTest(term.value, term.operator === '~')
  return term.operator === '!=' ? request => !holds(read(request)) : request => holds(read(request))
}

/** A term on a field that is known at the end. */
export function lateTest(term: Term, row: Exclude<FieldRow, {is: 'early'}>): (request: Subject) => boolean {
  if (row.is === 'number') {
    const holds = numberTest(term, row.unit)
    return request => holds(row.read(request))
  }
  // Fault codes are typed as they are said: connect-refused.
  const pattern = term.field === 'error' ? term.value.map(part => part.replaceAll('-', '_')) : term.value
  const holds = patternTest(pattern, term.operator === '~')
  return term.operator === '!='
    ? request => !row.read(request).some(holds)
    : request => row.read(request).some(holds)
}
