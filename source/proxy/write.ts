/** Bytes to a socket in as few system calls as possible, and many sockets' one after the other. */
import type {Socket} from 'node:net'
import {eventBatch} from './poll.ts'

/**
 * Up to here a head and what follows it are joined into one latin1 string: libuv writes it from the stack, and the copy
 * is cheaper than a second call. Above, the pieces go out as they are, in one writev.
 */
const JOIN_MAX = 8192
/** So many sockets are written to at a time: enough to be cheap, and none waits long for the others. */
const MOST_WAITING = 64

/** One end of a connection, whose small writes wait for each other. */
export interface Sender {
  readonly socket: Socket
  /** what is still to be written */
  waiting: string
  /** what is to be done once that is written */
  afterWaiting: (() => void) | undefined
  /** the batch of events in the midst of which it was written to; -1: it was between two of them */
  writtenIn: number
}

/** queue[0..queued) are to be written to; what follows is left over, as a list that shrinks is made anew when it grows */
const queue: Sender[] = []
let queued = 0
let scheduled = false
let turn = 0

/**
 * Writes `head` (latin1 text, may be empty) and then `pieces`. Gives false when the socket wants no more for now.
 *
 * What is small is written when all that the system had to report has been read: reading and writing by turns costs a
 * tenth more, since each throws what the other needs out of the processor's cache, and wakes the peer once for each.
 */
export function write(sender: Sender, head: string, pieces: readonly Buffer[]): boolean {
  const first = pieces[0]
  if (first === undefined) return head === '' || later(sender, head)
  let size = head.length
  for (const piece of pieces) size += piece.length
  if (size <= JOIN_MAX && size > first.length) {
    let text = head
    for (const piece of pieces) text += piece.toString('latin1')
    return later(sender, text)
  }
  flush(sender)
  const {socket} = sender
  if (size === first.length) return socket.write(first)
  socket.cork()
  let more = head === '' || socket.write(head, 'latin1')
  for (const piece of pieces) more = socket.write(piece)
  socket.uncork()
  return more
}

function later(sender: Sender, text: string): boolean {
  if (sender.waiting === '') {
    sender.waiting = text
    queue[queued++] = sender
    if (queued === MOST_WAITING) flushAll(eventBatch())
    else schedule()
  } else {
    sender.waiting += text
    if (sender.waiting.length > JOIN_MAX) flush(sender)
  }
  return !sender.socket.writableNeedDrain
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  setImmediate(afterReading)
}

/** A number for the turn of the event loop: once it is another one, all that the system had to report in this one was read. */
export function thisTurn(): number {
  schedule()
  return turn
}

function afterReading(): void {
  scheduled = false
  turn++
  flushAll(-1)
}

function flushAll(batch: number): void {
  const count = queued
  queued = 0
  for (let index = 0; index < count; index++) {
    const sender = queue[index]
    if (sender !== undefined && sender.waiting !== '') writeWaiting(sender, batch)
  }
}

/** Writes what waits now: more is to follow that does not, or the end. */
export function flush(sender: Sender): void {
  if (sender.waiting !== '') writeWaiting(sender, eventBatch())
}

function writeWaiting(sender: Sender, batch: number): void {
  const text = sender.waiting
  sender.waiting = ''
  sender.writtenIn = batch
  if (!sender.socket.destroyed) sender.socket.write(text, 'latin1')
  const after = sender.afterWaiting
  if (after === undefined) return
  sender.afterWaiting = undefined
  after()
}

/** Does something, but not before what waits now is written. */
export function afterWriting(sender: Sender, step: () => void): void {
  if (sender.waiting === '') step()
  else sender.afterWaiting = step
}

/** Whether something of what was handed over is not with the system yet. */
export function hasUnsent(sender: Sender): boolean {
  return sender.waiting !== '' || sender.socket.writableLength > 0
}

const CRLF = Buffer.from('\r\n')

/** Wraps pieces of a body into one chunk of the chunked coding (RFC 9112 §7.1); nothing for no bytes. */
export function asChunk(pieces: readonly Buffer[]): Buffer[] {
  let size = 0
  for (const piece of pieces) size += piece.length
  return size === 0 ? [] : [Buffer.from(`${size.toString(16)}\r\n`, 'latin1'), ...pieces, CRLF]
}

export const LAST_CHUNK: Buffer = Buffer.from('0\r\n\r\n')
