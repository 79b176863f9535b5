/** How a service or an instance stands, in a sign, a word and a tone: state is never said by colour alone. */
import type {InstanceSnapshot, ServiceSnapshot, Snapshot} from '../control/control.ts'
import type {Glyphs} from './glyphs.ts'
import {age, si} from './numbers.ts'
import type {Piece} from './text.ts'
import {widthOfPieces} from './text.ts'

export type Standing = 'up' | 'unknown' | 'ejected' | 'drain' | 'drained' | 'maintenance' | 'down'

/** Down wins over drain: an instance that would not serve anyway. In maintenance nobody knows how it is. */
export function standingOf(instance: InstanceSnapshot): Standing {
  if (instance.operator === 'maintenance') return 'maintenance'
  if (instance.verdict === 'down') return 'down'
  if (instance.ejection !== undefined) return 'ejected'
  if (instance.operator === 'drain') return instance.traffic.inFlight > 0 ? 'drain' : 'drained'
  return instance.verdict
}

/** Worth a look: down, ejected, draining, drained or in maintenance. */
export function needsAttention(instance: InstanceSnapshot): boolean {
  const standing = standingOf(instance)
  return standing !== 'up' && standing !== 'unknown'
}

/** The cell of an instance's state in at most `width` columns; the age goes first where room is short. */
export function standingCell(
  instance: InstanceSnapshot,
  now: number,
  width: number,
  glyphs: Glyphs,
): Piece[] {
  const variants = standingVariants(instance, now, glyphs)
  return variants.find(pieces => widthOfPieces(pieces) <= width) ?? variants.at(-1) ?? []
}

function standingVariants(instance: InstanceSnapshot, now: number, glyphs: Glyphs): Piece[][] {
  switch (standingOf(instance)) {
    case 'up':
      return [
        ...starting(instance, 'good', glyphs.up, 'up'),
        [
          ['good', `${glyphs.up} `],
          ['label', instance.backup ? 'backup' : 'up'],
        ],
      ]
    case 'unknown':
      return [
        ...starting(instance, 'label', glyphs.unknown, 'new'),
        [['label', `${glyphs.unknown} ${instance.check !== undefined ? 'checking' : 'no check'}`]],
        [['label', `${glyphs.unknown} new`]],
      ]
    case 'drain':
      return words('warn', glyphs.drain, 'drain', age(now - instance.operatorSince))
    case 'drained':
      return [
        ...words('warn', glyphs.drain, 'drained', age(now - instance.operatorSince)),
        [['warn', `${glyphs.drain} drain`]],
      ]
    case 'maintenance': {
      const since = age(now - instance.operatorSince)
      const {inFlight} = instance.traffic
      return [
        ...words('warn', glyphs.maintenance, 'maint', inFlight > 0 ? `${si(inFlight)} left` : since),
        [['warn', `${glyphs.maintenance} mnt`]],
      ]
    }
    case 'ejected':
      return [
        ...words('bad', glyphs.ejected, 'ejected', age(Math.max(0, (instance.ejection?.until ?? now) - now))),
        [['bad', `${glyphs.ejected} out`]],
      ]
    case 'down':
      return instance.operator === 'drain'
        ? words('bad', glyphs.down, 'down', '(drain)')
        : words('bad', glyphs.down, 'down', age(now - instance.verdictSince))
  }
}

/** While it starts slowly, how much of its weight it gets. */
function starting(
  {startingPercent}: InstanceSnapshot,
  role: Piece[0],
  glyph: string,
  word: string,
): Piece[][] {
  if (startingPercent === undefined) return []
  return [
    [
      [role, `${glyph} `],
      ['label', `${word}, ${startingPercent} %`],
    ],
    [
      [role, `${glyph} `],
      ['label', `${startingPercent} %`],
    ],
  ]
}

function words(role: Piece[0], glyph: string, word: string, more: string): Piece[][] {
  return [[[role, `${glyph} ${word} ${more}`]], [[role, `${glyph} ${word}`]]]
}

export interface Counts {
  readonly up: number
  readonly unknown: number
  readonly drain: number
  readonly maintenance: number
  readonly ejected: number
  readonly down: number
}

export function countsOf(services: readonly ServiceSnapshot[]): Counts {
  const known = counted.get(services)
  if (known !== undefined) return known
  const counts = countedAnew(services)
  counted.set(services, counts)
  return counts
}

/** Several lines of a screen tell them. */
const counted = new WeakMap<readonly ServiceSnapshot[], Counts>()

function countedAnew(services: readonly ServiceSnapshot[]): Counts {
  const counts = {up: 0, unknown: 0, drain: 0, drained: 0, maintenance: 0, ejected: 0, down: 0}
  for (const service of services) {
    for (const instance of service.instances) counts[standingOf(instance)]++
  }
  const {drained, ...others} = counts
  return {...others, drain: counts.drain + drained}
}

/** Why no service can answer anything but 503; undefined while one can. */
export function outage(snapshot: Snapshot): string | undefined {
  const {services} = snapshot
  const instances = services.reduce((sum, service) => sum + service.instances.length, 0)
  if (instances === 0 || services.some(service => service.selectable > 0)) return undefined
  const counts = countsOf(services)
  const states = [
    `${counts.down} down`,
    ...(counts.ejected > 0 ? [`${counts.ejected} ejected`] : []),
    ...(counts.drain > 0 ? [`${counts.drain} draining`] : []),
    ...(counts.maintenance > 0 ? [`${counts.maintenance} in maintenance`] : []),
  ].join(', ')
  const failed = services
    .flatMap(service => service.instances)
    .find(instance => instance.lastCheck?.passed === false)
  const reason = failed?.lastCheck?.reason ?? ''
  return `every request gets 503: ${states}${failed && reason !== '' ? ` (${failed.key}: ${reason})` : ''}`
}
