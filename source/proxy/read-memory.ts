/** The memory that the sockets of a worker are read into: one buffer for all of them, and others for what may have to wait. */

/** One read: as much as Node itself takes. */
const READ_BYTES = 65_536
/** How many buffers that are free are kept. */
const MAX_FREE = 32

/**
 * What was read here is worked on before the next read of whatever socket: what is to outlive that has to be copied. So
 * a connection that waits for its next head holds no memory to read into, and what heads are read into stays in the cache.
 */
export const sharedMemory: Buffer = Buffer.allocUnsafeSlow(READ_BYTES)

const free: Buffer[] = []

/** A buffer for bodies, which are passed on as they lie there and may have to wait to be written. */
export function takeMemory(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES)
}

/** Gives back what nothing waits in any more. */
export function giveMemory(buffer: Buffer | undefined): void {
  if (buffer !== undefined && free.length < MAX_FREE) free.push(buffer)
}
