/** The characters of a filter, one after the other: words, quotes, escapes and wildcards. */
import type {Pattern} from './filter-tree.ts'

/** `at`: offset of the character that cannot be read. */
export class BadFilter extends Error {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

/** One text as it was typed: its pattern, and whether any of it was quoted. */
export interface Typed {
  readonly at: number
  readonly pattern: Pattern
  readonly quoted: boolean
}

const blank = /\s*/y

export class FilterScanner {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get ended(): boolean {
    return this.at === this.text.length
  }

  /** What an expression with the flag `y` finds here. Moves on only when told to. */
  find(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at
    return expression.exec(this.text)
  }

  /** Up to the next blank or bracket that is not quoted. `\` takes what follows as it is; `*` is a wildcard. */
  typed(): Typed {
    const start = this.at
    const pattern = ['']
    let opened = -1
    let quoted = false
    for (; this.at < this.text.length; this.at++) {
      let character = this.text[this.at] ?? ''
      if (opened === -1 && /[\s()]/.test(character)) break
      if (character === '"') {
        opened = opened === -1 ? this.at : -1
        quoted = true
      } else if (character === '*') pattern.push('')
      else {
        if (character === '\\' && this.at + 1 < this.text.length) {
          character = this.text[++this.at] ?? ''
          quoted = true
        }
        pattern.push((pattern.pop() ?? '') + character)
      }
    }
    if (opened !== -1) throw new BadFilter(opened, 'this quote is not closed')
    this.skipBlanks()
    return {at: start, pattern, quoted}
  }

  peekWord(): string {
    return /^[a-z]+(?=[\s()]|$)/i.exec(this.text.slice(this.at, this.at + 8))?.[0].toLowerCase() ?? ''
  }

  takeWord(word: string): boolean {
    return this.peekWord() === word && this.take(this.text.slice(this.at, this.at + word.length))
  }

  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    this.skipBlanks()
    return true
  }

  skipBlanks(): void {
    blank.lastIndex = this.at
    this.at += blank.exec(this.text)?.[0].length ?? 0
  }
}
