/** A terminal that nobody reads (a connection of ssh that hangs, Ctrl-S) holds back what is drawn, and not the thread that draws. */

/** What a dashboard needs of standard output to find out. */
type Output = Pick<NodeJS.WriteStream, 'write' | 'writableLength'>

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
