/** An answer read line by line, each line bounded. */
import type {IncomingMessage} from 'node:http'

/** A snapshot of ten thousand instances is some 15 MB. */
const MAX_LINE = 128 * 1024 * 1024

/** Calls `line` with each whole line that is not empty; returns when the answer ends. Throws what breaks it off. */
export async function readLines(answer: IncomingMessage, line: (text: string) => void): Promise<void> {
  answer.setEncoding('utf8')
  let pieces: string[] = []
  let length = 0
  for await (const piece of answer as AsyncIterable<string>) {
    const parts = piece.split('\n')
    for (const [index, part] of parts.entries()) {
      pieces.push(part)
      length += part.length
      if (length > MAX_LINE) throw new Error('a line without an end')
      if (index === parts.length - 1) break
      const whole = pieces.join('')
      pieces = []
      length = 0
      if (whole !== '') line(whole)
    }
  }
}
