/** Text → one YAML tree whose aliases are resolved, or findings about what is wrong with it as YAML. */
import {Composer, type CST, Lexer, type LineCounter, type Node, Parser} from 'yaml'
import {Aliases} from './aliases.ts'
import type {Findings} from './finding.ts'

/** Ours nests ten deep. The composer recurses, and would otherwise end at the limit of the stack. */
const DEEPEST = 64

/** After so many the file is something else. */
const MOST_ERRORS = 1000

export interface Tree {
  readonly contents: Node | null
  /** the node that an alias stands for; any other node is itself */
  readonly resolved: (node: Node) => Node
}

export function readTree(text: string, lines: LineCounter, findings: Findings): Tree | undefined {
  // uniqueKeys compares each key with each other one; the reader finds duplicates with a map.
  const composer = new Composer({uniqueKeys: false, schema: 'core'})
  const documents = [...composer.compose(tokensOf(text, lines, findings), true, text.length)]
  const [document, second] = documents
  if (document === undefined) return undefined
  if (second !== undefined) {
    const [start] = second.range
    findings.add(start, 'a second YAML document begins here; expected one document in the file')
  }
  for (const problem of documents.flatMap(({errors, warnings}) => [...errors, ...warnings])) {
    // A parser that has lost its way stumbles over all that follows.
    if (problem.code === 'UNEXPECTED_TOKEN' && !findings.none) continue
    // `domain: *` without quotes is an alias without a name to YAML.
    const hint = problem.code === 'BAD_ALIAS' ? 'did you mean "*", in quotes?' : undefined
    findings.add(problem.pos[0], `not valid YAML: ${problem.message}`, hint)
  }
  if (!findings.none) return undefined
  const aliases = new Aliases(findings)
  aliases.follow(document.contents)
  return findings.none ? {contents: document.contents, resolved: aliases.resolved} : undefined
}

/**
 * What `Parser.parse` gives, but it ends where the text turns out to be no configuration: a mistaken file
 * must not take the memory of a proxy that runs.
 */
function* tokensOf(text: string, lines: LineCounter, findings: Findings): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine)
  let errors = 0
  lines.addNewLine(0)
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      yield token
      if (token.type === 'error') errors++
    }
    if (parser.stack.length > DEEPEST) {
      return findings.add(parser.offset, `nested more than ${DEEPEST} levels deep; expected a configuration`)
    }
    if (errors > MOST_ERRORS) {
      return findings.add(parser.offset, `more than ${MOST_ERRORS} syntax errors; expected a YAML file`)
    }
  }
  yield* parser.end()
}
