/** Reading into memory of ours on a socket that a server has accepted, where this Node lets us. */
import {Socket} from 'node:net'

/** Who reads: it gives the memory for the next read, and takes what came. */
export interface Reader {
  nextBuffer(): Uint8Array
  received(bytes: number, buffer: Uint8Array): void
}

interface ReadingHandle {
  useUserBuffer(buffer: Uint8Array): void
}

/** What `onread` sets on a socket that one makes oneself; `net.Server` has no such option for those that it makes. */
const [kBuffer, kCallback, kGenerator] = fieldsOf(new Socket())

function fieldsOf(socket: Socket): readonly (symbol | undefined)[] {
  const symbols = Object.getOwnPropertySymbols(socket)
  return ['kBuffer', 'kBufferCb', 'kBufferGen'].map(name => symbols.find(each => each.description === name))
}

/**
 * Without this, Node takes 64 KiB of memory for each read and passes what came through its streams: a tenth of a small
 * request. Gives false where it cannot be done: then there are `data` events as usual.
 */
export function readInto(socket: Socket, reader: Reader): boolean {
  if (kBuffer === undefined || kCallback === undefined || kGenerator === undefined) return false
  const handle: unknown = Reflect.get(socket, '_handle')
  // What has been read already lies in the stream.
  if (!isReadingHandle(handle) || socket.readableLength > 0) return false
  const first = reader.nextBuffer()
  Reflect.set(socket, kBuffer, first)
  Reflect.set(socket, kCallback, (bytes: number, buffer: Uint8Array) => {
    reader.received(bytes, buffer)
  })
  Reflect.set(socket, kGenerator, () => reader.nextBuffer())
  // biome-ignore lint/correctness/useHookAtTopLevel: a method of a socket's handle, not a hook of React
  handle.useUserBuffer(first)
  return true
}

function isReadingHandle(handle: unknown): handle is ReadingHandle {
  return handle instanceof Object && handle.constructor.name === 'TCP' && 'useUserBuffer' in handle
}
