/** The keys of one mapping of the file: which are known, unknown, given twice or missing. */
import {isAlias, isScalar, type Node, type Pair, type YAMLMap} from 'yaml'
import {expected} from './expected.ts'
import {root} from './fields.ts'
import {type Findings, oneOf, quoted} from './finding.ts'
import {formats} from './formats.ts'
import type {Entries, Field, Kind, Mapping} from './kinds.ts'
import {nearest} from './nearest.ts'
import {didYouMean} from './scalar.ts'
import type {Tree} from './tree.ts'

/** A value that is about to be read: `at` is the offset to point at, `label` what to call it. */
export interface Place {
  readonly node: Node | null
  readonly at: number
  readonly label: string
  /** the offset of the alias through which the value was reached, if there was one */
  readonly via?: number | undefined
}

/** The values of the known keys; all that is wrong with the keys becomes findings. */
export function placesByKey(
  map: YAMLMap,
  place: Place,
  kind: Mapping,
  tree: Tree,
  findings: Findings,
): ReadonlyMap<string, Place> {
  const {at} = place
  const via = viaAlias(place)
  const places = new Map<string, Place>()
  const keyOffsets = new Map<string, number>()
  const meant = new Set<string>()
  for (const pair of map.items as readonly Pair<Node, Node | null>[]) {
    const keyAt = startOf(pair.key) ?? at
    const key = textOf(tree.resolved(pair.key))
    const first = keyOffsets.get(key)
    if (first !== undefined) {
      findings.add(
        keyAt,
        `the key ${quoted(key)} is given twice; the first is on line ${findings.lineAt(first)}`,
      )
      continue
    }
    keyOffsets.set(key, keyAt)
    // hasOwn: `__proto__` and `constructor` are unknown keys like any other.
    if (Object.hasOwn(kind.fields, key)) places.set(key, {...placeOf(pair, key, keyAt), via})
    else meant.add(unknownKey(key, keyAt, kind, findings) ?? '')
  }
  for (const [key, field] of Object.entries(kind.fields)) {
    // A misspelt key is one finding, not two.
    if (isRequired(field) && !places.has(key) && !meant.has(key)) {
      findings.add(at, `${kind.title} has no key "${key}"; expected ${expected(field.kind)}`)
    }
  }
  return places
}

/** The values of keys that are the writer's own, by key in the one form it is known by. */
export function placesByOwnKey(
  map: YAMLMap,
  place: Place,
  kind: Entries,
  tree: Tree,
  findings: Findings,
): ReadonlyMap<string, Place> {
  const via = viaAlias(place)
  const places = new Map<string, Place>()
  for (const pair of map.items as readonly Pair<Node, Node | null>[]) {
    const keyAt = startOf(pair.key) ?? place.at
    const text = textOf(tree.resolved(pair.key))
    const key = formats[kind.key].read(text)
    const first = key === undefined ? undefined : places.get(key)
    if (key === undefined) {
      findings.add(keyAt, `the key ${quoted(text)} in ${place.label}; expected ${formats[kind.key].expected}`)
    } else if (first !== undefined) {
      const line = findings.lineAt(first.at)
      findings.add(keyAt, `the key ${quoted(text)} is given twice; the first is on line ${line}`)
    } else places.set(key, {...placeOf(pair, text, keyAt), via})
  }
  return places
}

/** Where a node begins; undefined for one that is not written (`{port}` has a key and no value). */
export function startOf(node: Node | null): number | undefined {
  return node?.range?.[0]
}

/** The outermost alias on the way to what stands below `place`. */
export function viaAlias({node, via}: Place): number | undefined {
  return via ?? (isAlias(node) ? startOf(node) : undefined)
}

/** A value that is not there has no place of its own: its key stands for it. */
function placeOf({value}: Pair<Node, Node | null>, key: string, keyAt: number): Place {
  const isWritten = value !== null && !(isScalar(value) && value.range?.[0] === value.range?.[1])
  return {node: value, at: (isWritten ? startOf(value) : undefined) ?? keyAt, label: key}
}

function textOf(key: Node): string {
  return isScalar(key) ? String(key.value) : 'a list or a mapping'
}

/** Gives the known key that was probably meant. */
function unknownKey(key: string, at: number, kind: Mapping, findings: Findings): string | undefined {
  const known = Object.keys(kind.fields)
  const meant = nearest(key, known)
  const home = meant === undefined ? homes.get(key) : undefined
  const hint = home === undefined ? didYouMean(meant) : `"${key}" is a key of ${oneOf(home)}`
  findings.add(at, `unknown key ${quoted(key)} in ${kind.title}; expected ${oneOf(known)}`, hint)
  return meant
}

function isRequired(field: Field): boolean {
  return 'required' in field
}

/** For a key that stands in the wrong mapping: the titles of those where it belongs. */
const homes: ReadonlyMap<string, readonly string[]> = titlesByKey(root, new Map())

function titlesByKey(kind: Kind, titles: Map<string, string[]>): Map<string, string[]> {
  if (kind.is === 'list' || kind.is === 'single') return titlesByKey(kind.of, titles)
  if (kind.is !== 'mapping') return titles
  for (const [key, field] of Object.entries(kind.fields)) {
    const known = titles.get(key) ?? []
    if (!known.includes(kind.title)) titles.set(key, [...known, kind.title])
    titlesByKey(field.kind, titles)
  }
  return titles
}
