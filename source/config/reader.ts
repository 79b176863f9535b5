/** Walks a YAML tree along the table of keys: what it holds, where each part of it stands, and what is wrong. */
import {isMap, isScalar, isSeq, type Node, type YAMLSeq} from 'yaml'
import {expected} from './expected.ts'
import type {Findings} from './finding.ts'
import {formats} from './formats.ts'
import {type Place, placesByKey, placesByOwnKey, startOf, viaAlias} from './keys.ts'
import type {Entries, Entry, Kind, List, Mapping, Read, Scalar, Single} from './kinds.ts'
import {judged} from './scalar.ts'
import type {Tree} from './tree.ts'

/** What rules ask of a reader. */
export type Places = Pick<Reader, 'keyOffset' | 'hasKey' | 'isWhole'>

export class Reader {
  readonly #tree: Tree
  readonly #findings: Findings
  /** of each mapping that was read, the places of its values */
  readonly #keyPlaces = new Map<object, ReadonlyMap<string, Place>>()
  /** of each list that was read, the places of its entries */
  readonly #entryPlaces = new Map<object, readonly Place[]>()
  readonly #whole = new Set<object>()

  constructor(tree: Tree, findings: Findings) {
    this.#tree = tree
    this.#findings = findings
  }

  /** What is right in the file; what is wrong is left out and becomes a finding. */
  read<const K extends Mapping>(contents: Node | null, kind: K): Read<K, false> | undefined {
    const place = {node: contents, at: startOf(contents) ?? 0, label: kind.title}
    // #value builds by the table what `Read` derives from the same table.
    return this.#value(place, kind) as Read<K, false> | undefined
  }

  /** Where the value of `key` stands, in a mapping that this reader gave out. */
  keyOffset<T extends object>(mapping: T, key: keyof T & string): number {
    return offsetOf(this.#keyPlaces.get(mapping)?.get(key))
  }

  /** Whether the file has the key, whatever became of its value. */
  hasKey<T extends object>(mapping: T, key: keyof T & string): boolean {
    return this.#keyPlaces.get(mapping)?.has(key) === true
  }

  /** Where an entry stands, in a list that this reader gave out. */
  entryOffset(list: readonly unknown[], index: number): number {
    return offsetOf(this.#entryPlaces.get(list)?.[index])
  }

  /** Whether the file gives this mapping no key that was refused: only then do defaults say what it means. */
  isWhole(mapping: object): boolean {
    return this.#whole.has(mapping)
  }

  #value(place: Place, kind: Kind): unknown {
    switch (kind.is) {
      case 'mapping':
        return this.#mapping(place, kind)
      case 'list':
        return this.#list(place, kind)
      case 'single':
        return this.#single(place, kind)
      case 'entries':
        return this.#entries(place, kind)
      case 'time':
      case 'count':
      case 'range':
      case 'choice':
      case 'flag':
      case 'text':
        return this.#scalar(place, kind)
    }
  }

  #mapping(place: Place, kind: Mapping): unknown {
    const node = this.#nodeAt(place)
    if (!isMap(node)) return this.#wrong(place, kind)
    const places = placesByKey(node, place, kind, this.#tree, this.#findings)
    const mapping: Record<string, unknown> = {}
    for (const [key, inner] of places) {
      const field = kind.fields[key]
      const value = field === undefined ? undefined : this.#value(inner, field.kind)
      if (value !== undefined) mapping[key] = value
    }
    this.#keyPlaces.set(mapping, places)
    if (Object.keys(mapping).length === node.items.length) this.#whole.add(mapping)
    return mapping
  }

  #list(place: Place, kind: List): unknown {
    const node = this.#nodeAt(place)
    if (!isSeq(node) && !kind.orOne) return this.#wrong(place, kind)
    if (isSeq(node) && node.items.length < kind.least) return this.#wrong(place, kind)
    const places = isSeq(node) ? entriesOf(node, place) : [place]
    const list: unknown[] = []
    const kept: Place[] = []
    for (const inner of places) {
      const value = this.#value(inner, kind.of)
      if (value === undefined) continue
      list.push(value)
      kept.push(inner)
    }
    this.#entryPlaces.set(list, kept)
    return list
  }

  #entries(place: Place, kind: Entries): readonly Entry[] | undefined {
    const node = this.#nodeAt(place)
    if (!isMap(node) || node.items.length === 0) return this.#wrong(place, kind)
    const entries: Entry[] = []
    for (const [key, inner] of placesByOwnKey(node, place, kind, this.#tree, this.#findings)) {
      const value = this.#scalar(inner, kind.of)
      if (typeof value === 'string') entries.push({key, value})
    }
    return entries.length === node.items.length ? entries : undefined
  }

  #single(place: Place, kind: Single): unknown {
    const node = this.#nodeAt(place)
    if (!isSeq(node)) return this.#value(place, kind.of)
    const [inner, ...more] = entriesOf(node, place)
    return inner === undefined || more.length > 0 ? this.#wrong(place, kind) : this.#value(inner, kind.of)
  }

  #scalar(place: Place, kind: Scalar): unknown {
    const node = this.#nodeAt(place)
    const found = isScalar(node) || node === null ? (node?.value ?? null) : this.#bracketed(node, kind)
    if (found === undefined) return this.#wrong(place, kind)
    const result = judged(found, kind)
    if ('value' in result) return result.value
    this.#findings.add(place.at, `${place.label} is ${result.problem}`, result.hint)
    return undefined
  }

  /** `address: [::1]` without quotes is a list to YAML. */
  #bracketed(node: Node, kind: Scalar): string | undefined {
    if (kind.is !== 'text' || kind.format !== 'address' || !isSeq(node) || node.items.length !== 1)
      return undefined
    const [item] = node.items
    const text = isScalar(item) && typeof item.value === 'string' ? `[${item.value}]` : ''
    return formats.address.read(text)
  }

  #wrong(place: Place, kind: Kind): undefined {
    this.#findings.add(
      place.at,
      `${place.label} is ${shapeOf(this.#nodeAt(place))}; expected ${expected(kind)}`,
    )
  }

  #nodeAt({node}: Place): Node | null {
    return node === null ? null : this.#tree.resolved(node)
  }
}

function entriesOf(list: YAMLSeq, place: Place): readonly Place[] {
  const label = `an entry of ${place.label}`
  const via = viaAlias(place)
  // A parsed list holds nothing but nodes.
  return (list.items as readonly Node[]).map(node => ({node, at: startOf(node) ?? place.at, label, via}))
}

/** Where a rule points: what came through an alias is, where it repeats, the alias. */
function offsetOf(place: Place | undefined): number {
  return (place === undefined ? undefined : (viaAlias(place) ?? place.at)) ?? 0
}

function shapeOf(node: Node | null): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`
  if (!isScalar(node) || node.value === null) return 'empty'
  return `a ${typeof node.value === 'string' ? 'text' : typeof node.value}`
}
