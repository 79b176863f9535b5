/** What is wrong with a configuration, and where: one finding, how it is printed, and how they are gathered. */
import type {LineCounter} from 'yaml'
import {printable} from '../printable.ts'

/** `line` and `column` count from 1, in UTF-16 units; both are absent when the file could not be read at all. */
export interface Finding {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** what is wrong, and what was expected */
  readonly message: string
  /** what was probably meant */
  readonly hint?: string
}

/** `file:line:column: what is wrong; what was expected; did you mean ...`, safe for a terminal. */
export function formatFinding({file, line, column, message, hint}: Finding): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
  return printable(`${place}: ${message}${hint === undefined ? '' : `; ${hint}`}`)
}

/** Text of the file as it is echoed in a message: short, and visible whatever it holds. */
export function quoted(text: string): string {
  return `"${printable(text, 60)}"`
}

/** An enumeration as a person writes it: `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}

/** Takes what a rule finds; where there is no text, nobody asks for the place. */
export type Report = {add(offset: number, message: string, hint?: string): void}

/** Gathers the findings of one text. The same finding at the same place (an anchor used twice) counts once. */
export class Findings {
  readonly #file: string
  readonly #lines: LineCounter
  readonly #found = new Map<string, {readonly offset: number; readonly finding: Finding}>()

  constructor(file: string, lines: LineCounter) {
    this.#file = file
    this.#lines = lines
  }

  add(offset: number, message: string, hint?: string): void {
    const finding = {
      ...this.placeAt(offset),
      message: printable(message, 500),
      ...(hint === undefined ? {} : {hint: printable(hint, 500)}),
    }
    this.#found.set(`${offset} ${message}`, {offset, finding})
  }

  placeAt(offset: number): {readonly file: string; readonly line: number; readonly column: number} {
    const {line, col} = this.#lines.linePos(offset)
    return {file: this.#file, line, column: col}
  }

  lineAt(offset: number): number {
    return this.#lines.linePos(offset).line
  }

  get none(): boolean {
    return this.#found.size === 0
  }

  /** In the order of the file. */
  get all(): readonly Finding[] {
    return [...this.#found.values()].sort((a, b) => a.offset - b.offset).map(({finding}) => finding)
  }
}
