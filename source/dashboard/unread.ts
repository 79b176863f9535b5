/** A terminal that nobody reads (a connection of ssh that hangs, Ctrl-S) holds back what is drawn, and not the thread that draws. */

/** What a dashboard needs of standard output to find out. */
type Output = Pick<NodeJS.WriteStream, 'write' | 'writableLength'>

/**
 * Node lets each write to a terminal wait until somebody reads it, and with it health checks, metrics and commands. It has
 * no public way to say otherwise; where the private one is missing, that stays so.
 */
export function setBlocking(output: object, blocks: boolean): void {
  const {_handle: handle} = output as {readonly _handle?: {setBlocking?(blocks: boolean): number} | null}
  handle?.setBlocking?.(blocks)
}

/** Whether what was written waits to be read, so that another frame would only wait behind it. */
export class Unread {
  readonly #output: Output
  readonly #taken: () => void
  #isWaiting = false

  /** `taken` is called when what was found to wait has been read. */
  constructor(output: Output, taken: () => void) {
    this.#output = output
    this.#taken = taken
  }

  waits(): boolean {
    if (!this.#isWaiting && this.#output.writableLength > 0) {
      this.#isWaiting = true
      this.#output.write('', () => {
        this.#isWaiting = false
        this.#taken()
      })
    }
    return this.#isWaiting
  }
}
