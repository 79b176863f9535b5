/** Where the instances of a service come from, how old the answer is, and why there is no newer one. */
import type {ServiceSnapshot, SourceSnapshot} from '../control/control.ts'
import {type Frame, shown} from './frame.ts'
import {age} from './numbers.ts'
import type {Piece} from './text.ts'

/** Behind the policy; what is wrong comes first. */
export function sourcePieces({snapshot}: Frame, {sources = []}: ServiceSnapshot): Piece[] {
  const sorted = sources.toSorted(
    (one, other) => Number(one.problem === undefined) - Number(other.problem === undefined),
  )
  const [first, ...others] = sorted
  if (first === undefined) return []
  const more: Piece[] = others.length === 0 ? [] : [['label', ` +${others.length}`]]
  return [...sourcePiece(first, snapshot.at), ...more]
}

function sourcePiece({kind, name, answeredAt, problem}: SourceSnapshot, now: number): Piece[] {
  const short = kind === 'file' ? name.slice(name.lastIndexOf('/') + 1) : name
  const since = answeredAt === undefined ? undefined : age(now - answeredAt)
  if (problem === undefined)
    return [['label', `  from ${shown(short)}${since === undefined ? '' : ` ${since} ago`}`]]
  const kept = since === undefined ? 'never answered' : `kept for ${since}`
  return [['warn', `  ${shown(short)} ${kept}: ${shown(problem)}`]]
}
