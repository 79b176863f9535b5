/** Who broke what in the last minute: every fault with the one to blame, also of attempts that a retry made good. */
import type {FaultCount, ServiceSnapshot, Traffic} from '../control/control.ts'
import {blameTones} from './fault-words.ts'
import {atMost, type Block, type Frame, shown} from './frame.ts'
import {si} from './numbers.ts'
import {instanceName, shortNames} from './request-columns.ts'
import {cut, fit, type Piece} from './text.ts'

interface Broken extends FaultCount {
  /** attempts that ended so and were followed by another one */
  readonly retried: number
  /** of whose attempts, the one with the most first */
  readonly instances: readonly {readonly service: string; readonly key: string; readonly count: number}[]
}

/** Instances count attempts and services count requests: what is more of the former was retried. Most first. */
function brokenOf(whole: Traffic, services: readonly ServiceSnapshot[]): readonly Broken[] {
  const found = new Map<string, Broken>()
  for (const fault of whole.faults) found.set(fault.code, {...fault, retried: 0, instances: []})
  const ended = new Map(whole.faults.map(({code, count}) => [code, count]))
  const attempts = new Map<string, number>()
  for (const {name, instances} of services) {
    for (const {key, traffic} of instances) {
      for (const fault of traffic.faults) {
        const {code, count} = fault
        const all = (attempts.get(code) ?? 0) + count
        attempts.set(code, all)
        const known = found.get(code) ?? {...fault, retried: 0, instances: []}
        found.set(code, {
          ...known,
          count: Math.max(all, ended.get(code) ?? 0),
          retried: Math.max(0, all - (ended.get(code) ?? 0)),
          instances: [...known.instances, {service: name, key, count}],
        })
      }
    }
  }
  const sorted = [...found.values()].sort((one, other) => other.count - one.count)
  return sorted.map(each => ({
    ...each,
    instances: each.instances.toSorted((one, other) => other.count - one.count),
  }))
}

/** The faults of these services, in at most `rows` lines; `whole` is the traffic of all of them. */
export function broken(
  frame: Frame,
  whole: Traffic,
  services: readonly ServiceSnapshot[],
  width: number,
  rows: number,
): Block {
  const all = brokenOf(whole, services)
  // A 5xx that an instance sent is an answer: nothing broke on the way.
  const relayed = (whole.byClass[5] ?? 0) > 0 ? '5xx came from instances' : 'nothing broke'
  if (all.length === 0) return [[['label', `   ${relayed}`]]]
  const lines = all.map(each => brokenLine(frame, each, width))
  return atMost(lines, rows)
}

/** What happened, how often, by whom, how many were retried; the sentence where there is room for it. */
function brokenLine(frame: Frame, fault: Broken, width: number): Piece[] {
  const {glyphs} = frame
  const words = shown(fault.code).toLowerCase().replaceAll('_', ' ')
  const hasBlame = width >= 38
  const wordsWidth = Math.max(8, Math.min(22, width - (hasBlame ? 23 : 12)))
  const line: Piece[] = [
    [hasBlame ? 'text' : blameTones[fault.blame], `   ${fit(words, wordsWidth, 'left', glyphs.cut)}`],
    ['text', ` ${`${glyphs.times}${si(fault.count)}`.padStart(6)}`],
  ]
  if (!hasBlame) return line
  line.push([blameTones[fault.blame], `  ${fault.blame.padEnd(9)}`])
  let room = width - 45
  const retried = fault.retried === 0 ? '' : ` ${glyphs.retried} ${si(fault.retried)} retried`
  const namesIn = (width: number) => namesOf(frame, fault, Math.min(30, width - 1))
  // Where there is room for one of the two, whose it is says more.
  const names = namesIn(room - retried.length) || namesIn(room)
  if (names !== '' && room > names.length) {
    line.push(['text', ` ${names}`])
    room -= names.length + 1
  }
  if (retried !== '' && room >= retried.length) {
    line.push(['warn', retried])
    room -= retried.length
  }
  return room < 30 ? line : [...line, ['label', ` ${cut(shown(fault.sentence), room - 1, glyphs.cut)}`]]
}

/** The instance with the most, and how many others there are. */
function namesOf({glyphs, snapshot}: Frame, {instances}: Broken, room: number): string {
  const [first, ...others] = instances
  if (first === undefined) return ''
  const more = others.length === 0 ? '' : ` +${others.length}`
  const width = room - more.length
  if (width < 5) return ''
  return instanceName(shown(first.key), first.service, width, shortNames(snapshot), glyphs.cut) + more
}
