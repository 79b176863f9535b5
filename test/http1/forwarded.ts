/** A message as this proxy would pass it on: its head written by the codec, ready for the body in WIRE form. */
import {forwardedRequest, forwardedResponse} from '../../source/http1/forward.ts'
import {Framing} from '../../source/http1/framing.ts'
import type {HeadKind} from '../../source/http1/head-collector.ts'
import {RequestHead, readRequestHead} from '../../source/http1/request-head.ts'
import {ResponseHead, readResponseHead} from '../../source/http1/response-head.ts'
import {LIMITS, type Message} from './read-messages.ts'

export interface Forwarded {
  readonly head: string
  readonly startLine: string
}

/** `method`: of the request that a response answers. */
export function forwarded(kind: HeadKind, message: Message, method: string): Forwarded {
  if (kind === 'request') {
    const head = new RequestHead()
    readRequestHead(message.head, LIMITS, head)
    return {
      head: forwardedRequest(head, 'Via: 1.1 proxy\r\n'),
      startLine: `${head.method} ${head.target} HTTP/1.1`,
    }
  }
  const head = new ResponseHead()
  readResponseHead(message.head, method, head)
  const own = `Via: 1.1 proxy\r\n${head.framing === Framing.CLOSE ? 'Connection: close\r\n' : ''}`
  const text = forwardedResponse(head, {own, chunked: head.framing === Framing.CHUNKED})
  return {head: text, startLine: text.slice(0, text.indexOf('\r\n'))}
}
