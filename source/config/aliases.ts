/** What each alias of a YAML tree stands for, and the refusal of a file that its aliases blow up (CWE-776). */
import {type Alias, isAlias, isCollection, isNode, isPair, type Node} from 'yaml'
import {type Findings, quoted} from './finding.ts'

/** Nodes with every alias written out: more than a file of 1 MiB can hold without any. */
const MOST_NODES = 1_000_000

/** One pass in the order of the file (asking the library for each alias would cost a pass each). */
export class Aliases {
  readonly #targets = new Map<Node, Node>()
  readonly #anchors = new Map<string, Node>()
  /** by anchored node; absent while that node is still being followed */
  readonly #sizes = new Map<Node, number>()
  readonly #findings: Findings
  #refused = false

  constructor(findings: Findings) {
    this.#findings = findings
  }

  /** The node that an alias stands for; any other node is itself. */
  readonly resolved = (node: Node): Node => this.#targets.get(node) ?? node

  /** Gives how many nodes `item` is, itself included, with every alias in it written out. */
  follow(item: unknown): number {
    if (isPair(item)) return this.follow(item.key) + this.follow(item.value)
    if (!isNode(item)) return 0
    if (isAlias(item)) return this.#followAlias(item)
    // Before its content: an alias in there means this node, not an earlier one of the same name.
    if (item.anchor !== undefined) this.#anchors.set(item.anchor, item)
    let size = 1
    if (isCollection(item)) for (const entry of item.items) size += this.follow(entry)
    if (item.anchor !== undefined) this.#sizes.set(item, size)
    if (size > MOST_NODES) this.#refuse(item)
    return size
  }

  /** Once, where it first becomes too much: all that contains it is too much as well. */
  #refuse(node: Node): void {
    if (this.#refused) return
    this.#refused = true
    const message = `the aliases in here stand for more than ${MOST_NODES} values; expected a configuration`
    this.#findings.add(node.range?.[0] ?? 0, message, 'write out what is meant instead of nesting aliases')
  }

  #followAlias(alias: Alias): number {
    const at = alias.range?.[0] ?? 0
    const target = this.#anchors.get(alias.source)
    if (target === undefined) {
      const text = quoted(`*${alias.source}`)
      const anchor = quoted(`&${alias.source}`)
      this.#findings.add(
        at,
        `the alias ${text} has no anchor ${anchor} above it`,
        `did you mean ${text}, in quotes?`,
      )
      return 1
    }
    this.#targets.set(alias, target)
    const size = this.#sizes.get(target)
    if (size === undefined) {
      this.#findings.add(at, `the alias ${quoted(`*${alias.source}`)} stands within what it stands for`)
      return 1
    }
    return size
  }
}
