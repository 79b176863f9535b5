/** A WebSocket echo, as small as RFC 6455 lets a server be: each frame goes back as it came, unmasked. */
import {createHash} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'

const websocketPath = '/ws'

const opcode = {close: 0x8, ping: 0x9, pong: 0xa} as const
const tooBig = 1009
const protocolError = 1002

/** Whether this Upgrade is ours to take; any other one is ignored, as a server may (RFC 9110 §7.8). */
export function isWebSocket({url, headers}: IncomingMessage): boolean {
  return url?.split('?', 1)[0] === websocketPath && headers.upgrade?.toLowerCase() === 'websocket'
}

/** Completes the handshake (RFC 6455 §4.2.2) and echoes until either side closes. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): void {
  const key = request.headers['sec-websocket-key']
  // Before 24.9, Node brings every Upgrade here without asking isWebSocket first.
  if (!isWebSocket(request) || key === undefined) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return
  }
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  void echoFrames(socket).catch(() => socket.destroy())
}

async function echoFrames(socket: Duplex): Promise<void> {
  let bytes: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk])
    for (let frame = firstFrame(bytes); frame !== undefined; frame = firstFrame(bytes)) {
      bytes = bytes.subarray(frame.length)
      socket.write(reply(frame))
      if (frame.opcode === opcode.close) return void socket.end()
    }
    if (socket.writableNeedDrain)
      await new Promise(resolve => socket.once('drain', resolve).once('close', resolve))
  }
}

interface Frame {
  readonly fin: number
  readonly opcode: number
  readonly payload: Buffer
  /** bytes that it took on the wire */
  readonly length: number
}

/** The frame at the start of `bytes` (RFC 6455 §5.2), undefined while it is incomplete. */
function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes.readUInt8(0)
  const second = bytes.readUInt8(1)
  // §5.1: a client must mask each frame
  if ((second & 0x80) === 0) return closing(protocolError, bytes.length)
  const short = second & 0x7f
  // A 64-bit length: a frame of 64 KiB or more is refused, so that what is buffered stays bounded.
  if (short === 127) return closing(tooBig, bytes.length)
  if (short === 126 && bytes.length < 4) return undefined
  const size = short === 126 ? bytes.readUInt16BE(2) : short
  const maskAt = short === 126 ? 4 : 2
  const length = maskAt + 4 + size
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(maskAt, maskAt + 4)
  const payload = bytes.subarray(maskAt + 4, length)
  const unmasked = Buffer.from(payload.map((byte, index) => byte ^ mask.readUInt8(index & 3)))
  return {fin: first & 0x80, opcode: first & 0x0f, payload: unmasked, length}
}

/** Stands in for a frame that cannot be accepted: its reply closes the connection, with this status. */
function closing(status: number, length: number): Frame {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(status)
  return {fin: 0x80, opcode: opcode.close, payload, length}
}

function reply(frame: Frame): Buffer {
  const {payload} = frame
  const code = frame.opcode === opcode.ping ? opcode.pong : frame.opcode
  const first = frame.fin | code
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload])
  const head = Buffer.from([first, 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, payload])
}
