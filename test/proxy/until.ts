/** Waiting for something to become so, without a guess at how long it takes. */
import {setTimeout as sleep} from 'node:timers/promises'

/** Far beyond what a busy machine needs: only a failure takes so long. */
const GIVE_UP_MS = 15_000
const LOOK_EVERY_MS = 5

/** Resolves once `holds` gives true. `state` says what was there instead, for the failure. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  state: () => string = () => 'it did not come',
): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain: ${state()}`)
    await sleep(LOOK_EVERY_MS)
  }
}
