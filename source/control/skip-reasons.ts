/** Why an instance gets no new requests: one open table, which says both whether it may be picked and, if not, why. */
import type {InstanceModel} from './model.ts'

interface SkipReason {
  readonly holds: (model: InstanceModel) => boolean
  /** a few words, safe to print: as they stand behind the instance's name */
  readonly words: (model: InstanceModel) => string
}

const leftOut: SkipReason = {
  holds: ({ejection}) => ejection !== undefined,
  words: ({ejection}) => `ejected: ${ejection?.reason}`,
}

/** The first that holds is told. A state that keeps requests away is a row here, and nothing else. */
const reasons: readonly SkipReason[] = [
  {
    holds: ({health}) => health.verdict === 'down',
    words: ({lastCheck}) => (lastCheck === undefined ? 'down' : `down: ${lastCheck.reason}`),
  },
  {holds: ({weight}) => weight === 0, words: () => 'weight 0'},
  leftOut,
  {holds: ({operator}) => operator !== 'ready', words: ({operator}) => operator},
]

/** Of a backup that could serve, as long as one that is none can. */
export const STANDS_BY = 'backup, others can serve'

/** undefined: it may be picked. */
export function skipReason(model: InstanceModel): string | undefined {
  return reasons.find(({holds}) => holds(model))?.words(model)
}

export function isSelectable(model: InstanceModel): boolean {
  return !reasons.some(({holds}) => holds(model))
}

/** It could serve but for its ejection. */
export function isOnlyLeftOut(model: InstanceModel): boolean {
  return leftOut.holds(model) && !reasons.some(reason => reason !== leftOut && reason.holds(model))
}
