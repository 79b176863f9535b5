/** Whether a write to a terminal waits until somebody reads it. */

/**
 * Node lets each write to a terminal wait, and with it health checks, metrics and commands, where nobody reads it (a
 * connection of ssh that hangs, Ctrl-S). It has no public way to say otherwise; where the private one is missing, that stays so.
 */
export function setBlocking(output: object, blocks: boolean): void {
  const {_handle: handle} = output as {readonly _handle?: {setBlocking?(blocks: boolean): number} | null}
  handle?.setBlocking?.(blocks)
}
