/** Valid messages of every framing, as raw bytes: what must be let through, however it is cut. */

export interface ValidStream {
  readonly name: string
  readonly text: string
  /** how many messages it holds */
  readonly count: number
  /** responses only: the methods they answer */
  readonly methods?: readonly string[]
}

const HOST = 'Host: example.test'

function head(line: string, ...fields: string[]): string {
  return `${[line, ...fields].join('\r\n')}\r\n\r\n`
}

const get = head('GET /a?b=c HTTP/1.1', HOST, 'Accept: */*')
const sized = `${head('POST /form HTTP/1.1', HOST, 'Content-Length: 11')}hello\r\n\r\nxx`
const chunked = `${head('PUT /up HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}5\r\nhello\r\n006\r\n\r\n0\r\n\r\r\n0\r\n\r\n`
const extended =
  `${head('POST /ext HTTP/1.1', HOST, 'Transfer-Encoding: Chunked')}` +
  `A;name;x="quo;\\"\\\\ \t\x80ted"\r\n0123456789\r\n1 ; a = b\r\nx\r\n000;last\r\n\r\n`
const trailed =
  `${head('POST /t HTTP/1.1', HOST, 'Connection: X-Hop', 'Transfer-Encoding: chunked')}` +
  '3\r\nabc\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\nX-Hop: 1\r\nX-Sum:\t2 \r\n\r\n'
/** with nothing in it that any parser refuses */
const plain =
  `${head('POST /p HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}` +
  '5;a=b;c="d e"\r\nhello\r\nA;x\r\n0123456789\r\n0;y\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n'
const odd = head(
  'M-SEARCH / HTTP/1.1',
  'host:\texample.test:8080 ',
  'X-Empty:',
  'X-Blank: \t ',
  'X-8bit: na\xefve \xff',
  'X:Y:Z',
  "!#$%&'*+-.^_`|~09azAZ: odd, but a token",
  'X-Empty:  again\t',
)

/** Streams of requests on one connection. */
export const validRequests: readonly ValidStream[] = [
  {name: 'GET', text: get, count: 1},
  {name: 'GET behind four empty lines', text: `\r\n\r\n\r\n\r\n${get}`, count: 1},
  {name: 'a body of Content-Length', text: sized, count: 1},
  {name: 'Content-Length 0', text: head('POST / HTTP/1.1', HOST, 'Content-Length: 000'), count: 1},
  {name: 'a chunked body', text: chunked, count: 1},
  {
    name: 'an empty chunked body',
    text: `${head('POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    count: 1,
  },
  {name: 'chunk extensions', text: extended, count: 1},
  {name: 'trailers', text: trailed, count: 1},
  {name: 'a chunked body in the plainest spelling', text: plain, count: 1},
  {name: 'odd but valid fields', text: odd, count: 1},
  {name: 'absolute-form', text: head('GET http://Example.test:80/a HTTP/1.1', HOST), count: 1},
  {name: 'OPTIONS *', text: head('OPTIONS * HTTP/1.1', HOST), count: 1},
  {name: 'HTTP/1.0', text: `${head('POST / HTTP/1.0', 'Content-Length: 3')}abc`, count: 1},
  {
    name: 'HTTP/1.0 kept alive',
    text: `${head('GET / HTTP/1.0', 'Connection: keep-alive')}${head('GET /2 HTTP/1.0', HOST)}`,
    count: 2,
  },
  {
    name: 'Connection: close, the rest unread',
    text: `${head('GET / HTTP/1.1', HOST, 'Connection: close')}rest`,
    count: 1,
  },
  {name: 'IPv6 Host', text: head('GET / HTTP/1.1', 'Host: [2001:db8::1]:8080'), count: 1},
  {
    name: 'a pipeline of all framings with empty lines between',
    text: [get, sized, chunked, get, extended, trailed, odd].join('\r\n'),
    count: 7,
  },
]

const ok = head('HTTP/1.1 200 OK', 'Content-Length: 5')
const chunkedOk =
  `${head('HTTP/1.1 200 ', 'Transfer-Encoding: chunked')}` +
  '5\r\nhello\r\n5;x="\\r"\r\n\r\n0\r\n\r\n0\r\nServer-Timing: a\r\nX-B: c\r\n\r\n'
const continued = head('HTTP/1.1 100 Continue')
const hints = head('HTTP/1.1 103 Early Hints', 'Link: </a>', 'Link: </b>')

/** Streams of responses on one connection. */
export const validResponses: readonly ValidStream[] = [
  {name: 'a body of Content-Length', text: `${ok}hello`, count: 1},
  {name: 'no reason and no space', text: `${head('HTTP/1.1 404', 'Content-Length: 0')}`, count: 1},
  {
    name: 'a reason with obs-text and tabs',
    text: head('HTTP/1.1 200 na\xefve\tOK ', 'Content-Length: 0'),
    count: 1,
  },
  {name: 'a chunked body', text: chunkedOk, count: 1},
  {
    name: 'a body that ends with the connection',
    text: `${head('HTTP/1.1 200 OK')}0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`,
    count: 1,
  },
  {name: 'HTTP/1.0', text: `${head('HTTP/1.0 200 OK', 'Server: old')}body`, count: 1},
  {
    name: 'HTTP/1.0 kept alive',
    text: `${head('HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 5')}hello${ok}hello`,
    count: 2,
  },
  {name: 'HEAD, then GET', text: `${ok}${ok}hello`, count: 2, methods: ['HEAD', 'GET']},
  {
    name: 'HEAD of a chunked one',
    text: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}${ok}hello`,
    count: 2,
    methods: ['HEAD'],
  },
  {
    name: '204 and 304',
    text: `${head('HTTP/1.1 204 No Content')}${head('HTTP/1.1 304 Not Modified', 'Content-Length: 5')}${ok}hello`,
    count: 3,
  },
  {name: 'interim responses', text: `${continued}${hints}${hints}${ok}hello`, count: 4},
  {
    name: 'a switch of protocols',
    text: `${head('HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: x')}bytes`,
    count: 1,
  },
  {name: 'a pipeline', text: `${ok}hello${chunkedOk}${continued}${chunkedOk}${ok}hello`, count: 5},
]
