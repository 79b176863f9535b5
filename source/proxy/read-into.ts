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

/** A socket as Node's own code sees it. */
type Inside = Record<symbol, unknown> & {readonly _handle?: unknown}

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
  const inside = socket as unknown as Inside
  const handle = inside._handle
  // What has been read already lies in the stream.
  if (!isReadingHandle(handle) || socket.readableLength > 0) return false
  const first = reader.nextBuffer()
  inside[kBuffer] = first
  inside[kCallback] = (bytes: number, buffer: Uint8Array) => {
    reader.received(bytes, buffer)
  }
  inside[kGenerator] = () => reader.nextBuffer()
  // biome-ignore lint/correctness/useHookAtTopLevel: a method of a socket's handle, not a hook of React
  handle.useUserBuffer(first)
  return true
}

/** What a connection over TCP has below its streams; known by its name once, then by itself. */
let tcp: unknown

function isReadingHandle(handle: unknown): handle is ReadingHandle {
  if (!(handle instanceof Object)) return false
  if (handle.constructor === tcp) return true
  if (handle.constructor.name !== 'TCP' || !('useUserBuffer' in handle)) return false
  tcp = handle.constructor
  return true
}
