/** Bytes to a socket in as few system calls as possible. */
import type {Socket} from 'node:net'

/**
 * Up to here a head and what follows it are joined into one latin1 string: libuv writes it from the stack, and the copy
 * is cheaper than a second call. Above, the pieces go out as they are, in one writev.
 */
const JOIN_MAX = 8192

/** Writes `head` (latin1 text, may be empty) and then `pieces`. Gives false when the socket wants no more for now. */
export function write(socket: Socket, head: string, pieces: readonly Buffer[]): boolean {
  const first = pieces[0]
  if (first === undefined) return head === '' || socket.write(head, 'latin1')
  if (head === '' && pieces.length === 1) return socket.write(first)
  let size = head.length
  for (const piece of pieces) size += piece.length
  if (size <= JOIN_MAX) {
    let text = head
    for (const piece of pieces) text += piece.toString('latin1')
    return socket.write(text, 'latin1')
  }
  socket.cork()
  let more = head === '' || socket.write(head, 'latin1')
  for (const piece of pieces) more = socket.write(piece)
  socket.uncork()
  return more
}

const CRLF = Buffer.from('\r\n')

/** Wraps pieces of a body into one chunk of the chunked coding (RFC 9112 §7.1); nothing for no bytes. */
export function asChunk(pieces: readonly Buffer[]): Buffer[] {
  let size = 0
  for (const piece of pieces) size += piece.length
  return size === 0 ? [] : [Buffer.from(`${size.toString(16)}\r\n`, 'latin1'), ...pieces, CRLF]
}

export const LAST_CHUNK: Buffer = Buffer.from('0\r\n\r\n')
