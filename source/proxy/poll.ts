/** Which batch of events is being worked on: bytes read in the one in which a request was written are not its answer. */
import {performance} from 'node:perf_hooks'

const {nodeTiming} = performance

/**
 * A number that is the same in two callbacks only if the system reported their events together: what the later one reads
 * was there before the earlier one wrote. It is a sum of two counts that never fall: `loopCount` rises before the system
 * is asked for events, `events` after each batch of them, of which one turn of the loop can have several.
 */
export function eventBatch(): number {
  const {loopCount, events} = nodeTiming.uvMetricsInfo
  return loopCount + events
}
