/** Answers that come line by line: written no faster than they are read, and given up when nobody reads. */
import type {ServerResponse} from 'node:http'

/** A reader that takes nothing for so long is not there any more. */
const UNREAD_MS = 30_000

export function beginLines(response: ServerResponse): void {
  response.writeHead(200, {'content-type': 'application/x-ndjson', 'cache-control': 'no-store'})
  giveUpUnread(response)
  response.flushHeaders()
}

/** Node's own timer sees progress in what the kernel took, so only a reader that stands still is cut off. */
export function giveUpUnread(response: ServerResponse): void {
  response.setTimeout(UNREAD_MS, () => {
    if (response.writableLength > 0) response.destroy()
  })
}

/** Resolves when there is room for more; false: the reader is gone. */
export function write(response: ServerResponse, text: string): Promise<boolean> | boolean {
  if (response.destroyed) return false
  if (response.write(text)) return true
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const done = (isThere: boolean) => {
    response.off('drain', drained)
    response.off('close', closed)
    resolve(isThere)
  }
  const drained = () => done(true)
  const closed = () => done(false)
  response.once('drain', drained)
  response.once('close', closed)
  return promise
}
