/** More file descriptors of sockets that listen: Node cannot duplicate one, but what passes between processes arrives as another. */
import {spawn} from 'node:child_process'

/** stdin, stdout and stderr come first; the channel between the two is the fourth. */
const FIRST = 4
const PATIENCE_MS = 10_000

/** Sends back what it was started with. Nothing is read or accepted there. */
const PROGRAM = `
const {Socket} = require('node:net')
const count = Number(process.argv[1])
process.channel.ref() // one after the other: each is waited for
for (let index = 0; index < count; index++)
  process.send(index, new Socket({fd: ${FIRST} + index, manualStart: true})._handle, () => {
    if (index === count - 1) process.disconnect()
  })`

/** One more descriptor for each of `fds`, in their order, for the same sockets. @throws Error in words */
export async function duplicates(fds: readonly number[]): Promise<readonly number[]> {
  if (fds.length === 0) return []
  const child = spawn(process.execPath, ['-e', PROGRAM, String(fds.length)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...fds],
    timeout: PATIENCE_MS,
  })
  const made = new Map<number, number>()
  // Node has no public name for what it passes; nobody closes it here, since whoever gets the descriptor does.
  child.on('message', (index: number, handle: unknown) => {
    const {fd} = (handle ?? {}) as {readonly fd?: number}
    if (fd !== undefined && fd >= 0) made.set(index, fd)
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  return fds.map((_, index) => {
    const fd = made.get(index)
    if (fd === undefined) throw new Error('a socket that listens could not be duplicated')
    return fd
  })
}
