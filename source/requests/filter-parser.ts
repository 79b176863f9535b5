/** Reads the text of a filter: words, terms, and, or, not and brackets. Says where it stopped when it cannot. */
import {type FieldName, type FlagName, fieldNames, fields, flagNames} from './filter-fields.ts'
import {BadFilter, FilterScanner} from './filter-scanner.ts'
import {everything, type FilterNode, type Operator} from './filter-tree.ts'
import {problemOf, unitOf} from './filter-values.ts'

/** What a person types; it also bounds the depth of brackets. */
const MAX_LENGTH = 1000

const named = /([A-Za-z][\w-]*)(\s*)(!=|>=|<=|[:=<>~])\s*/y
const compared = /(>=|<=|[<>])\s*/y

/** @throws BadFilter */
export function readFilter(text: string): FilterNode {
  if (text.length > MAX_LENGTH)
    throw new BadFilter(MAX_LENGTH, `a filter has at most ${MAX_LENGTH} characters`)
  return new Parser(text).all()
}

class Parser {
  readonly #scanner: FilterScanner

  constructor(text: string) {
    this.#scanner = new FilterScanner(text)
  }

  all(): FilterNode {
    this.#scanner.skipBlanks()
    if (this.#scanner.ended) return everything
    const node = this.#either()
    if (!this.#scanner.ended) throw new BadFilter(this.#scanner.at, 'no bracket is open here')
    return node
  }

  #either(): FilterNode {
    const parts = [this.#every()]
    while (this.#scanner.takeWord('or')) parts.push(this.#every())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : {is: 'or', of: parts}
  }

  #every(): FilterNode {
    const parts = [this.#not()]
    while (!this.#atEndOfGroup()) {
      this.#scanner.takeWord('and')
      parts.push(this.#not())
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : {is: 'and', of: parts}
  }

  #atEndOfGroup(): boolean {
    return (
      this.#scanner.ended || this.#scanner.text[this.#scanner.at] === ')' || this.#scanner.peekWord() === 'or'
    )
  }

  #not(): FilterNode {
    if (this.#scanner.takeWord('not') || this.#scanner.take('!')) return {is: 'not', of: this.#not()}
    return this.#primary()
  }

  #primary(): FilterNode {
    const at = this.#scanner.at
    if (this.#scanner.ended) throw new BadFilter(at, 'something to look for is missing here')
    if (this.#scanner.take('(')) {
      const inner = this.#either()
      if (!this.#scanner.take(')')) throw new BadFilter(at, 'this bracket is not closed')
      return inner
    }
    if (
      this.#scanner.text[at] === ')' ||
      this.#scanner.peekWord() === 'or' ||
      this.#scanner.peekWord() === 'and'
    )
      throw new BadFilter(at, 'something to look for is missing here')
    return this.#term() ?? this.#comparison() ?? this.#word()
  }

  /** field operator value */
  #term(): FilterNode | undefined {
    const found = this.#scanner.find(named)
    if (found === null) return undefined
    const [whole, name = '', gap, operator] = found
    const field = fieldNames.find(known => known === name.toLowerCase())
    if (field === undefined) {
      if (gap !== '') return undefined
      throw new BadFilter(this.#scanner.at, `no field is called ${name}; there are ${fieldNames.join(' ')}`)
    }
    this.#scanner.at += whole.length
    return this.#valued(field, operator as Operator)
  }

  /** `>100ms`: what is meant shows from the unit. */
  #comparison(): FilterNode | undefined {
    const found = this.#scanner.find(compared)
    if (found === null) return undefined
    const at = this.#scanner.at
    this.#scanner.at += found[0].length
    const unit = unitOf(this.#scanner.text.slice(this.#scanner.at))
    if (unit === undefined) throw new BadFilter(at, 'a unit is missing, as in >100ms or >1MB; or a field')
    return this.#valued(unit === 'time' ? 'dur' : 'size', found[1] as Operator)
  }

  #valued(field: FieldName, operator: Operator): FilterNode {
    const typed = this.#scanner.typed()
    if (!typed.quoted && typed.pattern.join('*') === '')
      throw new BadFilter(typed.at, `a value for ${field} is missing here`)
    const problem = problemOf(field, fields[field], operator, typed.pattern)
    if (problem !== undefined) throw new BadFilter(typed.at, problem)
    return {is: 'term', field, operator, value: typed.pattern}
  }

  #word(): FilterNode {
    const {pattern, quoted} = this.#scanner.typed()
    const text = pattern.join('*').toLowerCase()
    if (!quoted && /^[1-5]xx$/.test(text)) return {is: 'term', field: 'status', operator: '=', value: [text]}
    const flag: FlagName | undefined = quoted ? undefined : flagNames.find(name => name === text)
    return flag === undefined ? {is: 'word', text: pattern} : {is: 'flag', name: flag}
  }
}
