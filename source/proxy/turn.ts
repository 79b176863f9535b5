/** Counts the turns of the event loop: bytes read in the turn in which a request was written cannot be its answer. */

/** In a turn with more to do than this, libuv may ask the system for events again, and an answer may be among them. */
const CERTAIN = 256

let turn = 0
let asked = 0

/** The turn that is running. At most one callback a turn is spent on it, whatever the number of requests. */
export function currentTurn(): number {
  if (asked++ === 0) setImmediate(endTurn)
  return turn
}

/** Whether `then`, given by `currentTurn`, is this turn for certain. */
export function isCurrentTurn(then: number): boolean {
  return currentTurn() === then && asked <= CERTAIN
}

function endTurn(): void {
  asked = 0
  turn++
}
