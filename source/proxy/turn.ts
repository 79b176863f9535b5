/** Counts the turns of the event loop: bytes read in the turn in which a request was written cannot be its answer. */

let turn = 0
let counting = false

/** The turn that is running. At most one callback a turn is spent on it, whatever the number of requests. */
export function currentTurn(): number {
  if (!counting) {
    counting = true
    setImmediate(endTurn)
  }
  return turn
}

function endTurn(): void {
  counting = false
  turn++
}
