/** Reads the text of a filter: words, terms, and, or, not and brackets. Says where it stopped when it cannot. */
import {type FieldName, type FlagName, fieldNames, fields, flagNames} from './filter-fields.ts'
import {everything, type FilterNode, type Operator, type Pattern} from './filter-tree.ts'
import {problemOf, unitOf} from './filter-values.ts'

/** What a person types; it also bounds the depth of brackets. */
const MAX_LENGTH = 1000

/** `at`: offset of the character that cannot be read. */
export class BadFilter extends Error {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

/** One text as it was typed: its pattern, and whether any of it was quoted. */
interface Typed {
  readonly at: number
  readonly pattern: Pattern
  readonly quoted: boolean
}

const named = /([A-Za-z][\w-]*)(\s*)(!=|>=|<=|[:=<>~])\s*/y
const compared = /(>=|<=|[<>])\s*/y
const blank = /\s*/y

/** @throws BadFilter */
export function readFilter(text: string): FilterNode {
  if (text.length > MAX_LENGTH)
    throw new BadFilter(MAX_LENGTH, `a filter has at most ${MAX_LENGTH} characters`)
  return new Parser(text).all()
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  all(): FilterNode {
    this.#skipBlanks()
    if (this.#at === this.#text.length) return everything
    const node = this.#either()
    if (this.#at < this.#text.length) throw new BadFilter(this.#at, 'no bracket is open here')
    return node
  }

  #either(): FilterNode {
    const parts = [this.#every()]
    while (this.#takeWord('or')) parts.push(this.#every())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : {is: 'or', of: parts}
  }

  #every(): FilterNode {
    const parts = [this.#not()]
    while (!this.#atEndOfGroup()) {
      this.#takeWord('and')
      parts.push(this.#not())
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : {is: 'and', of: parts}
  }

  #atEndOfGroup(): boolean {
    return this.#at === this.#text.length || this.#text[this.#at] === ')' || this.#peekWord() === 'or'
  }

  #not(): FilterNode {
    if (this.#takeWord('not') || this.#take('!')) return {is: 'not', of: this.#not()}
    return this.#primary()
  }

  #primary(): FilterNode {
    const at = this.#at
    if (at === this.#text.length) throw new BadFilter(at, 'something to look for is missing here')
    if (this.#take('(')) {
      const inner = this.#either()
      if (!this.#take(')')) throw new BadFilter(at, 'this bracket is not closed')
      return inner
    }
    if (this.#text[at] === ')' || this.#peekWord() === 'or' || this.#peekWord() === 'and')
      throw new BadFilter(at, 'something to look for is missing here')
    return this.#term() ?? this.#comparison() ?? this.#word()
  }

  /** field operator value */
  #term(): FilterNode | undefined {
    named.lastIndex = this.#at
    const found = named.exec(this.#text)
    if (found === null) return undefined
    const [whole, name = '', gap, operator] = found
    const field = fieldNames.find(known => known === name.toLowerCase())
    if (field === undefined) {
      if (gap !== '') return undefined
      throw new BadFilter(this.#at, `no field is called ${name}; there are ${fieldNames.join(' ')}`)
    }
    this.#at += whole.length
    return this.#valued(field, operator as Operator)
  }

  /** `>100ms`: what is meant shows from the unit. */
  #comparison(): FilterNode | undefined {
    compared.lastIndex = this.#at
    const found = compared.exec(this.#text)
    if (found === null) return undefined
    const at = this.#at
    this.#at += found[0].length
    const unit = unitOf(this.#text.slice(this.#at))
    if (unit === undefined) throw new BadFilter(at, 'a unit is missing, as in >100ms or >1MB; or a field')
    return this.#valued(unit === 'time' ? 'dur' : 'size', found[1] as Operator)
  }

  #valued(field: FieldName, operator: Operator): FilterNode {
    const typed = this.#typed()
    if (!typed.quoted && typed.pattern.join('*') === '')
      throw new BadFilter(typed.at, `a value for ${field} is missing here`)
    const problem = problemOf(field, fields[field], operator, typed.pattern)
    if (problem !== undefined) throw new BadFilter(typed.at, problem)
    return {is: 'term', field, operator, value: typed.pattern}
  }

  #word(): FilterNode {
    const {pattern, quoted} = this.#typed()
    const text = pattern.join('*').toLowerCase()
    if (!quoted && /^[1-5]xx$/.test(text)) return {is: 'term', field: 'status', operator: '=', value: [text]}
    const flag: FlagName | undefined = quoted ? undefined : flagNames.find(name => name === text)
    return flag === undefined ? {is: 'word', text: pattern} : {is: 'flag', name: flag}
  }

  /** Up to the next blank or bracket that is not quoted. `\` takes what follows as it is; `*` is a wildcard. */
  #typed(): Typed {
    const start = this.#at
    const pattern = ['']
    let opened = -1
    let quoted = false
    for (; this.#at < this.#text.length; this.#at++) {
      let character = this.#text[this.#at] ?? ''
      if (opened === -1 && /[\s()]/.test(character)) break
      if (character === '"') {
        opened = opened === -1 ? this.#at : -1
        quoted = true
      } else if (character === '*') pattern.push('')
      else {
        if (character === '\\' && this.#at + 1 < this.#text.length) {
          character = this.#text[++this.#at] ?? ''
          quoted = true
        }
        pattern.push((pattern.pop() ?? '') + character)
      }
    }
    if (opened !== -1) throw new BadFilter(opened, 'this quote is not closed')
    this.#skipBlanks()
    return {at: start, pattern, quoted}
  }

  #peekWord(): string {
    return /^[a-z]+(?=[\s()]|$)/i.exec(this.#text.slice(this.#at, this.#at + 8))?.[0].toLowerCase() ?? ''
  }

  #takeWord(word: string): boolean {
    return this.#peekWord() === word && this.#take(this.#text.slice(this.#at, this.#at + word.length))
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    this.#skipBlanks()
    return true
  }

  #skipBlanks(): void {
    blank.lastIndex = this.#at
    this.#at += blank.exec(this.#text)?.[0].length ?? 0
  }
}
