/** Text of a configuration in the form in which the text of messages is held. */

/** UTF-8 octets as latin1: heads are decoded so (a client that sends letters beyond ASCII sends them as UTF-8). */
export function octetsOf(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}
