/** A socket to an instance. When it can no longer write it still reads: an early refusal may be waiting in it. */
import {type OnReadOpts, Socket} from 'node:net'

/**
 * An instance that answers early (413, say) and closes makes the rest of the request fail to be written. Node would end
 * the socket at that and lose the answer (RFC 9112 §9.5 asks a client to watch for it); this one emits `deaf` once instead
 * and goes on reading, until the instance's side has ended too.
 */
export class UpstreamSocket extends Socket {
  deaf = false
  /** a tunnel has no use for the rest of a connection that is broken one way */
  readsOn = true

  constructor(onread: OnReadOpts) {
    super({allowHalfOpen: true, noDelay: true, onread})
  }

  override destroy(error?: NodeJS.ErrnoException): this {
    if (error?.syscall !== 'write' || this.deaf || !this.readsOn) return super.destroy(error)
    this.deaf = true
    this.emit('deaf')
    return this
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    // After an error there is no `end` event; what has come so far has been handed out already.
    if (chunk === null && this.deaf) super.destroy()
    return super.push(chunk, encoding)
  }
}
