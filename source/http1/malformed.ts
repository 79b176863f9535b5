/** Every way in which a message can be wrong: one closed table, and the error that carries a row of it. */

interface Malformation {
  /** what a client gets that sent it; an upstream that sends it makes a 502 */
  readonly status: number
  /** completes "the request ..." or "the response ..." */
  readonly because: string
}

export const malformations = {
  REQUEST_LINE: {status: 400, because: 'does not begin with a valid request line'},
  REQUEST_LINE_TOO_LONG: {status: 414, because: 'has a request line over the limit'},
  TARGET: {status: 400, because: 'has an invalid request target'},
  VERSION: {status: 505, because: 'is not HTTP/1.0 or HTTP/1.1'},
  HTTP2_PREFACE: {status: 505, because: 'is HTTP/2, which this port does not speak'},
  TLS_HELLO: {status: 400, because: 'is the start of a TLS connection, on a port for plain HTTP'},
  PLAIN_HTTP: {status: 400, because: 'is plain HTTP, on a port for TLS'},
  STATUS_LINE: {status: 502, because: 'does not begin with a valid status line'},
  EMPTY_LINES: {status: 400, because: 'comes after too many empty lines'},
  HEAD_TOO_LARGE: {status: 431, because: 'has a header section over the limit'},
  TOO_MANY_FIELDS: {status: 431, because: 'has too many header fields'},
  FIELD_NAME: {status: 400, because: 'has a field name that is not a token, or white space before its colon'},
  FIELD_VALUE: {status: 400, because: 'has a control character in a field value'},
  FOLDED_FIELD: {status: 400, because: 'has a folded header line'},
  BARE_LINE_FEED: {status: 400, because: 'has a line that does not end in CR LF'},
  HOST: {status: 400, because: 'has a missing, repeated or invalid Host'},
  SCHEME: {status: 421, because: 'asks for an https resource over a connection that is not secured'},
  SCHEME_PLAIN: {status: 421, because: 'asks for an http resource over a connection that is secured'},
  HOST_MISMATCH: {status: 400, because: 'has a Host that disagrees with its target'},
  CONTENT_LENGTH: {status: 400, because: 'has an invalid Content-Length'},
  SEVERAL_CONTENT_LENGTHS: {status: 400, because: 'has more than one Content-Length'},
  TRANSFER_CODING: {status: 501, because: 'has a transfer coding besides chunked'},
  TRANSFER_ENCODING: {status: 400, because: 'has an ambiguous Transfer-Encoding'},
  LENGTH_AND_CODING: {status: 400, because: 'has both Content-Length and Transfer-Encoding'},
  CONNECTION: {status: 400, because: 'has an invalid or endless Connection field'},
  CHUNK_SIZE: {status: 400, because: 'has an invalid chunk size line'},
  CHUNK_SIZE_TOO_LONG: {status: 400, because: 'has a chunk size line over the limit'},
  CHUNK_EXTENSIONS: {status: 400, because: 'has more chunk extensions than a sane peer sends'},
  CHUNK_END: {status: 400, because: 'has a chunk that does not end in CR LF'},
  TRAILER_TOO_LARGE: {status: 431, because: 'has a trailer section over the limit'},
  INTERIM_BODY: {status: 502, because: 'is an interim response that claims a body'},
} as const satisfies Record<string, Malformation>

export type MalformedCode = keyof typeof malformations

/** Thrown by the parsers. Without a stack trace: it is an everyday answer, not a programmer's mistake. */
export class MalformedMessage extends Error {
  readonly code: MalformedCode

  constructor(code: MalformedCode) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(malformations[code].because)
    Error.stackTraceLimit = limit
    this.name = 'MalformedMessage'
    this.code = code
  }

  get status(): number {
    return malformations[this.code].status
  }
}
