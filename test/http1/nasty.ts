/** Raw messages that must be refused, each with its reason: for tests of the codec, and of the proxy over raw sockets. */
import type {MalformedCode} from '../../source/http1/malformed.ts'

export interface NastyMessage {
  readonly name: string
  readonly bytes: Buffer
  /** the rule it breaks, or the attack it is part of */
  readonly why: string
  /** what the codec calls it when all of it comes in one piece; in parts it may be refused sooner, for less */
  readonly code: MalformedCode
  /** responses only: the method of the request that it answers */
  readonly method: string
}

type Row = readonly [name: string, code: MalformedCode, why: string, text: string, method?: string]

function message([name, code, why, text, method = 'GET']: Row): NastyMessage {
  return {name, code, why, bytes: Buffer.from(text, 'latin1'), method}
}

const hex = (octet: number) => `0x${octet.toString(16).padStart(2, '0')}`
const char = (octet: number) => String.fromCharCode(octet)
const controls = [...Array(32).keys(), 127]
const repeated = (count: number, line: (index: number) => string) =>
  Array.from({length: count}, (_, index) => line(index))

/** Requests for `host`, in groups by what is wrong with them. None may reach an origin. */
export function nastyRequests(host = 'example.test'): NastyMessage[] {
  const h = `Host: ${host}`
  const request = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`
  const get = (...fields: string[]) => request('GET / HTTP/1.1', h, ...fields)
  const post = (...fields: string[]) => request('POST / HTTP/1.1', h, ...fields)
  const to = (target: string) => request(`GET ${target} HTTP/1.1`, h)
  const hosted = (...fields: string[]) => request('GET / HTTP/1.1', ...fields)
  const chunked = (body: string) => post('Transfer-Encoding: chunked') + body
  const smuggled = `GET /smuggled HTTP/1.1\r\n${h}\r\n\r\n`
  // biome-ignore format: one row a line
  const rows: Row[] = [
    // Framing: RFC 9112 §6
    ['Content-Length before Transfer-Encoding', 'LENGTH_AND_CODING', 'RFC 9112 §6.1: CL.TE smuggling', `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nG`],
    ['Transfer-Encoding before Content-Length', 'LENGTH_AND_CODING', 'RFC 9112 §6.1: TE.CL smuggling', `${post('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n`],
    ['Content-Length 0 with Transfer-Encoding', 'LENGTH_AND_CODING', 'RFC 9112 §6.1: CL.0 smuggling', `${post('Content-Length: 0', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['two Content-Lengths that differ', 'SEVERAL_CONTENT_LENGTHS', 'RFC 9112 §6.3: two readers, two bodies', `${post('Content-Length: 5', 'Content-Length: 6')}hello!`],
    ['two Content-Lengths that agree', 'SEVERAL_CONTENT_LENGTHS', 'RFC 9110 §8.6 lets it be refused', `${post('Content-Length: 5', 'content-length: 5')}hello`],
    ['a list of Content-Lengths', 'CONTENT_LENGTH', 'RFC 9110 §8.6 lets it be refused', `${post('Content-Length: 5, 5')}hello`],
    ['Content-Length with a comma behind', 'CONTENT_LENGTH', 'RFC 9110 §8.6', `${post('Content-Length: 5,')}hello`],
    ['Content-Length with a plus', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: +5')}hello`],
    ['Content-Length below zero', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: -5')}hello`],
    ['Content-Length minus zero', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', post('Content-Length: -0')],
    ['Content-Length in hexadecimal', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: 0x5')}hello`],
    ['Content-Length with hexadecimal digits', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: 5a')}hello`],
    ['Content-Length with an exponent', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: 5e0')}hello`],
    ['Content-Length with a fraction', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: 5.0')}hello`],
    ['Content-Length with digit separators', 'CONTENT_LENGTH', 'some number parsers allow 1_0', `${post('Content-Length: 1_0')}0123456789`],
    ['Content-Length with a space inside', 'CONTENT_LENGTH', 'read as 1, as 5 or as 15', `${post('Content-Length: 1 5')}hello`],
    ['Content-Length with a tab inside', 'CONTENT_LENGTH', 'read as 1, as 5 or as 15', `${post('Content-Length: 1\t5')}hello`],
    ['Content-Length in quotes', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: "5"')}hello`],
    ['empty Content-Length', 'CONTENT_LENGTH', 'RFC 9110 §8.6: at least one digit', `${post('Content-Length:')}hello`],
    ['Content-Length of blanks', 'CONTENT_LENGTH', 'RFC 9110 §8.6: at least one digit', `${post('Content-Length: \t ')}hello`],
    ['Content-Length over 64 bits', 'CONTENT_LENGTH', 'RFC 9110 §8.6: overflow', `${post('Content-Length: 18446744073709551621')}hello`],
    ['Content-Length over what is exact', 'CONTENT_LENGTH', 'RFC 9110 §8.6: loss of precision', `${post('Content-Length: 9007199254740993')}hello`],
    ['Content-Length behind many zeros', 'CONTENT_LENGTH', 'more digits than any length needs', `${post(`Content-Length: ${'0'.repeat(20)}5`)}hello`],
    ['Content-Length with a no-break space', 'CONTENT_LENGTH', 'trimmed by some, not by others', `${post('Content-Length: 5\xa0')}hello`],
    ['Content-Length with an 8-bit digit', 'CONTENT_LENGTH', 'RFC 9110 §8.6: digits only', `${post('Content-Length: \xb25')}hello`],
    ['gzip, then chunked', 'TRANSFER_CODING', 'RFC 9112 §6.1: a coding that we do not have', `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
    ['gzip and chunked on two lines', 'TRANSFER_CODING', 'RFC 9112 §6.1: a coding that we do not have', `${post('Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['identity, then chunked', 'TRANSFER_CODING', 'RFC 9112 §7 has no identity', `${post('Transfer-Encoding: identity, chunked')}0\r\n\r\n`],
    ['gzip alone', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: chunked is not last, 400 is a MUST', post('Transfer-Encoding: gzip')],
    ['identity alone', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: chunked is not last', post('Transfer-Encoding: identity')],
    ['xchunked', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: TE.TE smuggling', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`],
    ['chunkedx', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: TE.TE smuggling', `${post('Transfer-Encoding: chunkedx')}0\r\n\r\n`],
    ['chunked twice in a list', 'TRANSFER_ENCODING', 'RFC 9112 §6.1: not more than once', `${post('Transfer-Encoding: chunked, chunked')}0\r\n\r\n`],
    ['chunked twice on two lines', 'TRANSFER_ENCODING', 'RFC 9112 §6.1: not more than once', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['chunked, then identity on two lines', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: TE.TE smuggling', `${post('Transfer-Encoding: chunked', 'Transfer-encoding: identity')}0\r\n\r\n`],
    ['chunked, then gzip', 'TRANSFER_ENCODING', 'RFC 9112 §6.3: chunked is not last', `${post('Transfer-Encoding: chunked, gzip')}0\r\n\r\n`],
    ['chunked and an empty member', 'TRANSFER_ENCODING', 'exactly chunked, or nothing', `${post('Transfer-Encoding: chunked,')}0\r\n\r\n`],
    ['an empty member and chunked', 'TRANSFER_ENCODING', 'exactly chunked, or nothing', `${post('Transfer-Encoding: , chunked')}0\r\n\r\n`],
    ['chunked with a parameter', 'TRANSFER_ENCODING', 'RFC 9112 §7: chunked has none', `${post('Transfer-Encoding: chunked;q=1')}0\r\n\r\n`],
    ['chunked in quotes', 'TRANSFER_ENCODING', 'TE.TE smuggling', `${post('Transfer-Encoding: "chunked"')}0\r\n\r\n`],
    ['chunked with a space inside', 'TRANSFER_ENCODING', 'TE.TE smuggling', `${post('Transfer-Encoding: chun ked')}0\r\n\r\n`],
    ['chunked behind a vertical tab', 'FIELD_VALUE', 'TE.TE smuggling', `${post('Transfer-Encoding: \x0bchunked')}0\r\n\r\n`],
    ['chunked with a NUL behind', 'FIELD_VALUE', 'TE.TE smuggling', `${post('Transfer-Encoding: chunked\0')}0\r\n\r\n`],
    ['chunked with a no-break space behind', 'TRANSFER_ENCODING', 'TE.TE smuggling', `${post('Transfer-Encoding: chunked\xa0')}0\r\n\r\n`],
    ['chunked with a Kelvin sign for its k', 'TRANSFER_ENCODING', 'case folding beyond ASCII', `${post('Transfer-Encoding: chun\xe2\x84\xaaed')}0\r\n\r\n`],
    ['empty Transfer-Encoding', 'TRANSFER_ENCODING', 'ignored by some, with a Content-Length for them', `${post('Transfer-Encoding:', 'Content-Length: 5')}hello`],
    ['Transfer-Encoding in HTTP/1.0', 'TRANSFER_ENCODING', 'RFC 9112 §6.1: faulty framing', `${request('POST / HTTP/1.0', h, 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['Transfer-Encoding and Content-Length in HTTP/1.0', 'TRANSFER_ENCODING', 'RFC 9112 §6.1: faulty framing', `${request('POST / HTTP/1.0', h, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    // Field lines: RFC 9112 §5
    ['space before the colon of Transfer-Encoding', 'FIELD_NAME', 'RFC 9112 §5.1: 400 is a MUST', `${post('Transfer-Encoding : chunked')}0\r\n\r\n`],
    ['tab before the colon of Content-Length', 'FIELD_NAME', 'RFC 9112 §5.1: 400 is a MUST', `${post('Content-Length\t: 5')}hello`],
    ['space before the first field', 'FOLDED_FIELD', 'RFC 9112 §2.2', hosted(` ${h}`)],
    ['tab before the first field', 'FOLDED_FIELD', 'RFC 9112 §2.2', hosted(`\tX: y`, h)],
    ['folded field with a space', 'FOLDED_FIELD', 'RFC 9112 §5.2: obs-fold', get('X: a', ' b')],
    ['folded field with a tab', 'FOLDED_FIELD', 'RFC 9112 §5.2: obs-fold', get('X: a', '\tb')],
    ['folded Transfer-Encoding', 'FOLDED_FIELD', 'RFC 9112 §5.2: TE.TE smuggling', `${post('Transfer-Encoding:', ' chunked')}0\r\n\r\n`],
    ['field hidden in a fold', 'FOLDED_FIELD', 'RFC 9112 §5.2', get('X: a', ' Content-Length: 5')],
    ['a line of one space', 'FOLDED_FIELD', 'an empty line to some', get('X: a', ' ', 'Y: b')],
    ['field without a colon', 'FIELD_NAME', 'RFC 9112 §5', get('X')],
    ['field without a name', 'FIELD_NAME', 'RFC 9110 §5.1', get(': x')],
    ['field name in quotes', 'FIELD_NAME', 'RFC 9110 §5.1: a token', get('"X": y')],
    ['field name with a bracket', 'FIELD_NAME', 'RFC 9110 §5.1: a token', get('X[]: y')],
    ['field name with a slash', 'FIELD_NAME', 'RFC 9110 §5.1: a token', get('X/Y: y')],
    ['request line again as a field', 'FIELD_NAME', 'a head inside a head', get('GET /smuggled HTTP/1.1')],
    ['bare LF ends the request line', 'REQUEST_LINE', 'RFC 9112 §2.2', `GET / HTTP/1.1\n${h}\r\n\r\n`],
    ['bare LF ends a field', 'BARE_LINE_FEED', 'RFC 9112 §2.2: hides a field from some', get('X: a\nContent-Length: 5')],
    ['bare LF ends everything', 'BARE_LINE_FEED', 'RFC 9112 §2.2', `GET / HTTP/1.1\n${h}\n\n`],
    ['bare LF as the empty line', 'BARE_LINE_FEED', 'RFC 9112 §2.2', `GET / HTTP/1.1\r\n${h}\r\n\n${smuggled}`],
    ['LF CR LF as the end of the head', 'BARE_LINE_FEED', 'RFC 9112 §2.2', `GET / HTTP/1.1\r\n${h}\n\r\n`],
    ['bare CR ends a field', 'FIELD_VALUE', 'RFC 9112 §2.2: a line end to some', get('X: a\rContent-Length: 5')],
    ['bare CR ends the request line', 'REQUEST_LINE', 'RFC 9112 §2.2', `GET / HTTP/1.1\r${h}\r\n\r\n`],
    ['CR CR LF ends a field', 'FIELD_VALUE', 'RFC 9112 §2.2', get('X: a\r')],
    ['CR CR LF before the fields', 'REQUEST_LINE', 'RFC 9112 §2.2', `GET / HTTP/1.1\r\r\n${h}\r\n\r\n`],
    ['bare CR at the start of a line', 'BARE_LINE_FEED', 'RFC 9112 §2.2: an empty line to some', get('\rX: a')],
    ['bare CR in front of the request', 'REQUEST_LINE', 'RFC 9112 §2.2', `\r${get()}`],
    ['bare LF in front of the request', 'REQUEST_LINE', 'RFC 9112 §2.2', `\n${get()}`],
    ...controls
      .filter(octet => octet !== 9 && octet !== 10)
      .map(
        (octet): Row => [
          `${hex(octet)} in a field value`,
          'FIELD_VALUE',
          'RFC 9110 §5.5',
          get(`X: a${char(octet)}b`),
        ],
      ),
    ...[...controls, 32, 0x80, 0xff]
      .filter(octet => octet !== 10)
      .map(
        (octet): Row => [
          `${hex(octet)} in a field name`,
          'FIELD_NAME',
          'RFC 9110 §5.1',
          get(`X${char(octet)}Y: b`),
        ],
      ),
    ...[...controls, 0x80, 0xa0, 0xff].map(
      (octet): Row => [`${hex(octet)} in the target`, 'TARGET', 'RFC 9112 §3.2', to(`/a${char(octet)}b`)],
    ),
    ...[...controls, 0x80, 0xff].map(
      (octet): Row => [
        `${hex(octet)} in the method`,
        'REQUEST_LINE',
        'RFC 9110 §9.1',
        request(`G${char(octet)}T / HTTP/1.1`, h),
      ],
    ),
    // Host and authority: RFC 9112 §3.2, RFC 9110 §7.2
    ['no Host', 'HOST', 'RFC 9112 §3.2: 400 is a MUST', hosted('X: y')],
    ['no fields at all', 'HOST', 'RFC 9112 §3.2: 400 is a MUST', 'GET / HTTP/1.1\r\n\r\n'],
    ['two Hosts that differ', 'HOST', 'RFC 9112 §3.2: 400 is a MUST', get('Host: other.test')],
    ['two Hosts that agree', 'HOST', 'RFC 9112 §3.2: 400 is a MUST', get(h)],
    ['two Hosts in HTTP/1.0', 'HOST', 'RFC 9112 §3.2: any request with more than one', request('GET / HTTP/1.0', h, h)],
    ['empty Host', 'HOST', 'RFC 9110 §4.2.1: an http URI has a host', hosted('Host:')],
    ['a list of Hosts', 'HOST', 'RFC 9110 §7.2', hosted(`${h}, other.test`)],
    ['Host with user-info', 'HOST', 'RFC 9110 §4.2.4', hosted(`Host: user@${host}`)],
    ['Host with user and password', 'HOST', 'RFC 9110 §4.2.4', hosted(`Host: user:80@${host}`)],
    ['Host with a path', 'HOST', 'RFC 9110 §7.2', hosted(`${h}/admin`)],
    ['Host with a backslash', 'HOST', 'RFC 9110 §7.2', hosted(`${h}\\admin`)],
    ['Host with a query', 'HOST', 'RFC 9110 §7.2', hosted(`${h}?x`)],
    ['Host with a fragment', 'HOST', 'RFC 9110 §7.2', hosted(`${h}#x`)],
    ['Host with a scheme', 'HOST', 'RFC 9110 §7.2', hosted(`Host: http://${host}`)],
    ['Host with a space', 'HOST', 'RFC 9110 §7.2', hosted(`${h} other.test`)],
    ['Host with an 8-bit byte', 'HOST', 'RFC 3986 §3.2.2', hosted(`Host: ex\xe4mple.test`)],
    ['Host with percent-encoding', 'HOST', 'two spellings of one host', hosted('Host: %65xample.test')],
    ['Host of a port alone', 'HOST', 'RFC 9110 §4.2.1', hosted('Host: :80')],
    ['Host with letters as port', 'HOST', 'RFC 3986 §3.2.3', hosted(`Host: ${host}:http`)],
    ['Host with a port above 65535', 'HOST', 'no such port', hosted(`Host: ${host}:65536`)],
    ['Host with a port of six digits', 'HOST', 'no such port', hosted(`Host: ${host}:000080`)],
    ['Host with a signed port', 'HOST', 'RFC 3986 §3.2.3', hosted(`Host: ${host}:+80`)],
    ['Host with two ports', 'HOST', 'RFC 3986 §3.2.3', hosted(`Host: ${host}:80:80`)],
    ['Host with a space before its port', 'HOST', 'RFC 3986 §3.2', hosted(`Host: ${host} :80`)],
    ['IPv6 without brackets', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: ::1')],
    ['IPv6 without the closing bracket', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [::1')],
    ['IPv6 that is empty', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: []')],
    ['IPv6 of nine groups', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [1:2:3:4:5:6:7:8:9]')],
    ['IPv6 of colons', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [:::::]')],
    ['IPv6 of five digits', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [::12345]')],
    ['IPv6 with a zone', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [fe80::1%25eth0]')],
    ['IPv4 in brackets', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [127.0.0.1]')],
    ['a name in brackets', 'HOST', 'RFC 3986 §3.2.2', hosted(`Host: [${host}]`)],
    ['IPv6 with text behind its bracket', 'HOST', 'RFC 3986 §3.2.2', hosted('Host: [::1]x')],
    ['IPvFuture', 'HOST', 'a host of a kind that does not exist', hosted('Host: [v1.x]')],
    ['invalid Host in HTTP/1.0', 'HOST', 'RFC 9112 §3.2', request('GET / HTTP/1.0', 'Host: a b')],
    ['absolute-form without Host', 'HOST', 'RFC 9112 §3.2: still required', request(`GET http://${host}/ HTTP/1.1`)],
    ['absolute-form of another host', 'HOST_MISMATCH', 'RFC 9112 §3.2.2: routed by one, served by the other', to('http://other.test/')],
    ['absolute-form of another port', 'HOST_MISMATCH', 'RFC 9112 §3.2.2', to(`http://${host}:81/`)],
    ['absolute-form with Host of another port', 'HOST_MISMATCH', 'RFC 9112 §3.2.2', request(`GET http://${host}/ HTTP/1.1`, `${h}:81`)],
    ['CONNECT to another host', 'HOST_MISMATCH', 'RFC 9112 §3.2.3', request('CONNECT other.test:80 HTTP/1.1', `${h}:80`)],
    ['absolute-form of https', 'SCHEME', 'RFC 9110 §7.4: not over a plain connection', to(`https://${host}/`)],
    // Targets: RFC 9112 §3.2
    ['target without a slash', 'TARGET', 'RFC 9112 §3.2.1', to('admin')],
    ['target of a dot', 'TARGET', 'RFC 9112 §3.2.1', to('.')],
    ['target of a query alone', 'TARGET', 'RFC 9112 §3.2.1', to('?x')],
    ['target with a fragment', 'TARGET', 'RFC 9112 §3.2: has no place', to('/a#b')],
    ['target with a backslash in its path', 'TARGET', 'a slash to some', to('/a\\..\\b')],
    ['target that begins with a backslash', 'TARGET', 'RFC 9112 §3.2.1', to('\\a')],
    ['target with a space', 'REQUEST_LINE', 'RFC 9112 §3.2: no white space', to('/a b')],
    ['target that holds a version', 'REQUEST_LINE', 'RFC 9112 §3: a request line inside', to('/ HTTP/1.1')],
    ['asterisk for GET', 'TARGET', 'RFC 9112 §3.2.4: OPTIONS only', to('*')],
    ['asterisk and more', 'TARGET', 'RFC 9112 §3.2.4', request('OPTIONS *x HTTP/1.1', h)],
    ['authority-form for GET', 'TARGET', 'RFC 9112 §3.2.3: CONNECT only', to(`${host}:80`)],
    ['CONNECT with a path', 'TARGET', 'RFC 9112 §3.2.3: authority-form only', request('CONNECT / HTTP/1.1', h)],
    ['CONNECT with absolute-form', 'TARGET', 'RFC 9112 §3.2.3: authority-form only', request(`CONNECT http://${host}/ HTTP/1.1`, h)],
    ['CONNECT without a port', 'TARGET', 'RFC 9110 §9.3.6: no default', request(`CONNECT ${host} HTTP/1.1`, h)],
    ['CONNECT with an empty port', 'TARGET', 'RFC 9110 §9.3.6: MUST be refused', request(`CONNECT ${host}: HTTP/1.1`, `${h}:`)],
    ['absolute-form of another scheme', 'TARGET', 'not ours to serve', to(`ftp://${host}/`)],
    ['absolute-form of javascript', 'TARGET', 'not ours to serve', to('javascript://x/')],
    ['absolute-form without a host', 'TARGET', 'RFC 9110 §4.2.1', to('http:///a')],
    ['absolute-form with user-info', 'TARGET', 'RFC 9110 §4.2.4', to(`http://user@${host}/`)],
    ['absolute-form with a bad port', 'TARGET', 'RFC 3986 §3.2.3', to(`http://${host}:99999/`)],
    ['absolute-form with a backslash in its authority', 'TARGET', 'ends the host for some', to(`http://other.test\\@${host}/`)],
    ['absolute-form with a backslash in its path', 'TARGET', 'a slash to some', to(`http://${host}/a\\b`)],
    ['absolute-form with one slash', 'TARGET', 'RFC 3986 §3', to(`http:/${host}/`)],
    ['no target', 'TARGET', 'HTTP/0.9 without even a path', 'GET\x20\r\n\r\n'],
    ['two spaces before the target', 'REQUEST_LINE', 'RFC 9112 §3: one space', request('GET  / HTTP/1.1', h)],
    ['two spaces before the version', 'REQUEST_LINE', 'RFC 9112 §3: one space', request('GET /  HTTP/1.1', h)],
    ['tab before the target', 'REQUEST_LINE', 'RFC 9112 §3: one space', request('GET\t/ HTTP/1.1', h)],
    ['tab before the version', 'TARGET', 'RFC 9112 §3: one space', request('GET /\tHTTP/1.1', h)],
    ['space after the version', 'REQUEST_LINE', 'RFC 9112 §3', request('GET / HTTP/1.1 ', h)],
    ['space before the method', 'REQUEST_LINE', 'RFC 9112 §3', request(' GET / HTTP/1.1', h)],
    ['no method', 'REQUEST_LINE', 'RFC 9112 §3', request('/ HTTP/1.1', h)],
    ['method in brackets', 'REQUEST_LINE', 'RFC 9110 §9.1: a token', request('<GET> / HTTP/1.1', h)],
    // Versions: RFC 9112 §2.3
    ['HTTP/0.9', 'TARGET', 'RFC 9112 §2.3', 'GET /\r\n\r\n'],
    ['HTTP/0.9 with a version', 'VERSION', 'RFC 9110 §2.5', request('GET / HTTP/0.9', h)],
    ['HTTP/1.2', 'VERSION', 'RFC 9110 §15.6.6', request('GET / HTTP/1.2', h)],
    ['HTTP/2.0', 'VERSION', 'RFC 9110 §15.6.6', request('GET / HTTP/2.0', h)],
    ['HTTP/9.9', 'VERSION', 'RFC 9110 §15.6.6', request('GET / HTTP/9.9', h)],
    ['http in lower case', 'REQUEST_LINE', 'RFC 9112 §2.3: case-sensitive', request('GET / http/1.1', h)],
    ['HTTP/1', 'REQUEST_LINE', 'RFC 9112 §2.3', request('GET / HTTP/1', h)],
    ['HTTP/1.10', 'REQUEST_LINE', 'RFC 9112 §2.3: one digit', request('GET / HTTP/1.10', h)],
    ['HTTP/11.1', 'REQUEST_LINE', 'RFC 9112 §2.3: one digit', request('GET / HTTP/11.1', h)],
    ['HTTP/ 1.1', 'REQUEST_LINE', 'RFC 9112 §2.3', request('GET / HTTP/ 1.1', h)],
    ['HTTP/+1.1', 'REQUEST_LINE', 'RFC 9112 §2.3', request('GET / HTTP/+1.1', h)],
    ['HTTPS/1.1', 'REQUEST_LINE', 'RFC 9112 §2.3', request('GET / HTTPS/1.1', h)],
    ['ICY/1.1', 'REQUEST_LINE', 'RFC 9112 §2.3', request('GET / ICY/1.1', h)],
    ['HTTP/2 preface', 'HTTP2_PREFACE', 'RFC 9113 §3.4', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS hello', 'TLS_HELLO', 'RFC 8446 §5.1', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['five empty lines', 'EMPTY_LINES', 'RFC 9112 §2.2: at least one is ignored, not any number', `${'\r\n'.repeat(5)}${get()}`],
    // Connection: RFC 9110 §7.6.1
    ['Connection with a member that is no token', 'CONNECTION', 'RFC 9110 §7.6.1', get('Connection: close, a b')],
    ['Connection in quotes', 'CONNECTION', 'RFC 9110 §7.6.1', get('Connection: "close"')],
    ['Connection with a parameter', 'CONNECTION', 'RFC 9110 §7.6.1', get('Connection: close;x')],
    ['Connection with a no-break space', 'CONNECTION', 'RFC 9110 §7.6.1', get('Connection: close\xa0')],
    ['Connection that nominates 101 fields', 'CONNECTION', 'more than a request can have', get(`Connection: ${repeated(101, index => `x${index}`).join()}`)],
    // Limits
    ['request line over the limit', 'REQUEST_LINE_TOO_LONG', 'RFC 9112 §3', to(`/${'a'.repeat(8192)}`)],
    ['request line without an end', 'REQUEST_LINE_TOO_LONG', 'RFC 9112 §3', `GET /${'a'.repeat(9000)}`],
    ['method without an end', 'REQUEST_LINE_TOO_LONG', 'RFC 9112 §3', 'A'.repeat(9000)],
    ['head over the limit', 'HEAD_TOO_LARGE', 'RFC 9110 §5.4', get(`X: ${'a'.repeat(33_000)}`)],
    ['head without an end', 'HEAD_TOO_LARGE', 'RFC 9110 §5.4', `GET / HTTP/1.1\r\n${h}\r\nX: ${'a'.repeat(33_000)}`],
    ['101 fields', 'TOO_MANY_FIELDS', 'RFC 9110 §5.4', get(...repeated(100, index => `X-${index}: y`))],
    // Chunked bodies: RFC 9112 §7.1
    ['chunk size that is empty', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('\r\n\r\n')],
    ['chunk size with a plus', 'CHUNK_SIZE', 'RFC 9112 §7.1: hex digits only', chunked('+5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size below zero', 'CHUNK_SIZE', 'RFC 9112 §7.1: hex digits only', chunked('-5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size of minus zero', 'CHUNK_SIZE', 'RFC 9112 §7.1: hex digits only', chunked('-0\r\n\r\n')],
    ['chunk size with 0x', 'CHUNK_SIZE', 'RFC 9112 §7.1: hex digits only', chunked('0x5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a separator', 'CHUNK_SIZE', 'some number parsers allow 1_0', chunked('1_0\r\n0123456789abcdef\r\n0\r\n\r\n')],
    ['chunk size in no number', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('five\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with garbage behind', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5g\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a space before', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked(' 5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a space behind', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5 \r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a tab behind', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5\t\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a comma', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5,5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size with a NUL', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5\0\r\nhello\r\n0\r\n\r\n')],
    ['chunk size over 64 bits', 'CHUNK_SIZE', 'RFC 9112 §7.1: overflow', chunked('10000000000000005\r\nhello\r\n0\r\n\r\n')],
    ['chunk size over what is exact', 'CHUNK_SIZE', 'RFC 9112 §7.1: loss of precision', chunked('20000000000001\r\nhello\r\n0\r\n\r\n')],
    ['chunk size of 14 digits', 'CHUNK_SIZE', 'more digits than any chunk needs', chunked('00000000000005\r\nhello\r\n0\r\n\r\n')],
    ['chunk size line with bare LF', 'CHUNK_SIZE', 'RFC 9112 §7.1: TERM.EXT smuggling', chunked('5\nhello\r\n0\r\n\r\n')],
    ['chunk size line with bare CR', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5\rhello\r\n0\r\n\r\n')],
    ['last chunk with bare LF', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('0\n\n')],
    ['extension with bare LF', 'CHUNK_SIZE', 'RFC 9112 §7.1.1: EXT.TERM smuggling', chunked('5;\nhello\r\n0\r\n\r\n')],
    ['extension with bare LF in its name', 'CHUNK_SIZE', 'RFC 9112 §7.1.1: EXT.TERM smuggling', chunked('5;a\nb\r\nhello\r\n0\r\n\r\n')],
    ['extension with bare CR', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a\rb\r\nhello\r\n0\r\n\r\n')],
    ['extension with CR LF in quotes', 'CHUNK_SIZE', 'RFC 9112 §7.1.1: quoted line end', chunked('5;a="\r\n0\r\n\r\n"\r\nhello\r\n0\r\n\r\n')],
    ['extension without a name', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;\r\nhello\r\n0\r\n\r\n')],
    ['extension without a value', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a=\r\nhello\r\n0\r\n\r\n')],
    ['extension with an open quote', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a="b\r\nhello\r\n0\r\n\r\n')],
    ['extension with text behind its quote', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a="b"c\r\nhello\r\n0\r\n\r\n')],
    ['extension with two values', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a=b=c\r\nhello\r\n0\r\n\r\n')],
    ['extension with a space behind', 'CHUNK_SIZE', 'RFC 9112 §7.1.1', chunked('5;a \r\nhello\r\n0\r\n\r\n')],
    ['extension with a control character in quotes', 'CHUNK_SIZE', 'RFC 9110 §5.6.4', chunked('5;a="\x01"\r\nhello\r\n0\r\n\r\n')],
    ['chunk size line over the limit', 'CHUNK_SIZE_TOO_LONG', 'RFC 9112 §7.1.1', chunked(`5;a=${'b'.repeat(300)}\r\nhello\r\n0\r\n\r\n`)],
    ['chunk size line without an end', 'CHUNK_SIZE_TOO_LONG', 'RFC 9112 §7.1.1', chunked(`5;a=${'b'.repeat(300)}`)],
    ['a flood of extensions', 'CHUNK_EXTENSIONS', 'RFC 9112 §7.1.1: CVE-2023-39326', chunked(`1;${'b'.repeat(200)}\r\nx\r\n`.repeat(90))],
    ['chunk without its CR LF', 'CHUNK_END', 'RFC 9112 §7.1', chunked('5\r\nhello0\r\n\r\n')],
    ['chunk longer than its size', 'CHUNK_END', 'RFC 9112 §7.1', chunked('4\r\nhello\r\n0\r\n\r\n')],
    ['chunk with bare LF', 'CHUNK_END', 'RFC 9112 §7.1: TERM smuggling', chunked('5\r\nhello\n0\r\n\r\n')],
    ['chunk with bare CR', 'CHUNK_END', 'RFC 9112 §7.1', chunked('5\r\nhello\r0\r\n\r\n')],
    ['chunk with LF CR', 'CHUNK_END', 'RFC 9112 §7.1', chunked('5\r\nhello\n\r0\r\n\r\n')],
    ['trailer with bare LF', 'BARE_LINE_FEED', 'RFC 9112 §7.1.2', chunked('0\r\nX: a\n\r\n')],
    ['trailer section that ends in bare LF', 'BARE_LINE_FEED', 'RFC 9112 §7.1.2', chunked('0\r\nX: a\r\n\n')],
    ['trailer with a folded line', 'FOLDED_FIELD', 'RFC 9112 §5.2', chunked('0\r\nX: a\r\n b\r\n\r\n')],
    ['trailer with a space before its colon', 'FIELD_NAME', 'RFC 9112 §5.1', chunked('0\r\nX : a\r\n\r\n')],
    ['trailer with a bare CR', 'FIELD_VALUE', 'RFC 9112 §2.2', chunked('0\r\nX: a\rb\r\n\r\n')],
    ['trailer with a NUL', 'FIELD_VALUE', 'RFC 9110 §5.5', chunked('0\r\nX: \0\r\n\r\n')],
    ['request in place of the trailer', 'FIELD_NAME', 'a missing end, and the next request swallowed', chunked(`0\r\n${smuggled}`)],
    ['trailer section over the limit', 'TRAILER_TOO_LARGE', 'RFC 9110 §5.4', chunked(`0\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`)],
    ['trailer section without an end', 'TRAILER_TOO_LARGE', 'RFC 9110 §5.4', chunked(`0\r\n${'X: a\r\n'.repeat(3000)}`)],
    ['101 trailer fields', 'TOO_MANY_FIELDS', 'RFC 9110 §5.4', chunked(`0\r\n${'X: a\r\n'.repeat(101)}\r\n`)],
  ]
  return rows.map(message)
}

/** Responses that a client must never be given as valid ones. */
export function nastyResponses(): NastyMessage[] {
  const response = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`
  const ok = (...fields: string[]) => response('HTTP/1.1 200 OK', ...fields)
  const empty = 'Content-Length: 0'
  const chunked = (body: string) => ok('Transfer-Encoding: chunked') + body
  // biome-ignore format: one row a line
  const rows: Row[] = [
    // Status line: RFC 9112 §4
    ['text that is not HTTP', 'STATUS_LINE', 'RFC 9112 §4', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['empty line before the status line', 'STATUS_LINE', 'RFC 9112 §2.2 allows it for requests only', `\r\n${ok(empty)}`],
    ['HTTP/0.9', 'STATUS_LINE', 'RFC 9112 §2.3', '<html></html>'],
    ['HTTP/2.0', 'STATUS_LINE', 'RFC 9112 §2.3', response('HTTP/2.0 200 OK', empty)],
    ['HTTP/1.2', 'STATUS_LINE', 'RFC 9112 §2.3', response('HTTP/1.2 200 OK', empty)],
    ['ICY', 'STATUS_LINE', 'RFC 9112 §2.3', response('ICY 200 OK', empty)],
    ['http in lower case', 'STATUS_LINE', 'RFC 9112 §2.3', response('http/1.1 200 OK', empty)],
    ['no status', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1', empty)],
    ['status of two digits', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 20 OK', empty)],
    ['status of four digits', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 2000 OK', empty)],
    ['status below 100', 'STATUS_LINE', 'RFC 9110 §15', response('HTTP/1.1 099 OK', empty)],
    ['status of zeros', 'STATUS_LINE', 'RFC 9110 §15', response('HTTP/1.1 000 OK', empty)],
    ['status 600', 'STATUS_LINE', 'RFC 9110 §15', response('HTTP/1.1 600 OK', empty)],
    ['interim response of HTTP/1.0', 'STATUS_LINE', 'RFC 9110 §15.2: there is none', `${response('HTTP/1.0 100 Continue')}${ok(empty)}`],
    ['status with a sign', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 +20 OK', empty)],
    ['status in hexadecimal', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 2aa OK', empty)],
    ['two spaces before the status', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1  200 OK', empty)],
    ['tab before the status', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1\t200 OK', empty)],
    ['tab behind the status', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 200\tOK', empty)],
    ['reason next to the status', 'STATUS_LINE', 'RFC 9112 §4', response('HTTP/1.1 200OK', empty)],
    ...controls
      .filter(octet => octet !== 9)
      .map(
        (octet): Row => [
          `${hex(octet)} in the reason`,
          'STATUS_LINE',
          'RFC 9112 §4',
          response(`HTTP/1.1 200 O${char(octet)}K`, empty),
        ],
      ),
    ['bare LF ends the status line', 'STATUS_LINE', 'RFC 9112 §2.2', `HTTP/1.1 200 OK\n${empty}\r\n\r\n`],
    // Fields and framing
    ['space before the colon', 'FIELD_NAME', 'RFC 9112 §5.1', ok('X : y', empty)],
    ['space before the first field', 'FOLDED_FIELD', 'RFC 9112 §2.2', ok(' X: y', empty)],
    ['folded field', 'FOLDED_FIELD', 'RFC 9112 §5.2', ok('X: a', ' b', empty)],
    ['bare LF in the fields', 'BARE_LINE_FEED', 'RFC 9112 §2.2: response splitting', ok('X: a\nSet-Cookie: b=c', empty)],
    ['bare CR in the fields', 'FIELD_VALUE', 'RFC 9112 §2.2: response splitting', ok('X: a\rSet-Cookie: b=c', empty)],
    ['bare LF ends everything', 'BARE_LINE_FEED', 'RFC 9112 §2.2', `HTTP/1.1 200 OK\n${empty}\n\n`],
    ['NUL in a field value', 'FIELD_VALUE', 'RFC 9110 §5.5', ok('X: a\0b', empty)],
    ['NUL in a field name', 'FIELD_NAME', 'RFC 9110 §5.1', ok('X\0: a', empty)],
    ['field without a colon', 'FIELD_NAME', 'RFC 9112 §5', ok('X', empty)],
    ['Content-Length and Transfer-Encoding', 'LENGTH_AND_CODING', 'RFC 9112 §6.1: response splitting', `${ok('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['two Content-Lengths', 'SEVERAL_CONTENT_LENGTHS', 'RFC 9112 §6.3: 502 is a MUST', `${ok('Content-Length: 5', 'Content-Length: 6')}hello`],
    ['a list of Content-Lengths', 'CONTENT_LENGTH', 'RFC 9112 §6.3', `${ok('Content-Length: 5, 6')}hello`],
    ['Content-Length with a plus', 'CONTENT_LENGTH', 'RFC 9112 §6.3', `${ok('Content-Length: +5')}hello`],
    ['Content-Length below zero', 'CONTENT_LENGTH', 'RFC 9112 §6.3', ok('Content-Length: -1')],
    ['Content-Length over 64 bits', 'CONTENT_LENGTH', 'RFC 9112 §6.3', ok('Content-Length: 18446744073709551621')],
    ['invalid Content-Length in answer to HEAD', 'CONTENT_LENGTH', 'RFC 9110 §8.6', ok('Content-Length: x'), 'HEAD'],
    ['invalid Content-Length in a 304', 'CONTENT_LENGTH', 'RFC 9110 §8.6', response('HTTP/1.1 304 Not Modified', 'Content-Length: 1,2')],
    ['gzip, then chunked', 'TRANSFER_CODING', 'RFC 9112 §6.1: TE never asked for it', `${ok('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
    ['gzip alone', 'TRANSFER_ENCODING', 'RFC 9112 §6.1: TE never asked for it', ok('Transfer-Encoding: gzip')],
    ['chunked twice', 'TRANSFER_ENCODING', 'RFC 9112 §6.1', `${ok('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['Transfer-Encoding in HTTP/1.0', 'TRANSFER_ENCODING', 'RFC 9112 §6.1', `${response('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['Transfer-Encoding in a 1xx', 'INTERIM_BODY', 'RFC 9112 §6.1: MUST NOT', response('HTTP/1.1 103 Early Hints', 'Transfer-Encoding: chunked')],
    ['Content-Length in a 1xx', 'INTERIM_BODY', 'RFC 9110 §8.6: MUST NOT', `${response('HTTP/1.1 100 Continue', 'Content-Length: 5')}hello`],
    ['Content-Length in a 101', 'INTERIM_BODY', 'RFC 9110 §8.6: MUST NOT', response('HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: x', empty)],
    ['Connection with a member that is no token', 'CONNECTION', 'RFC 9110 §7.6.1', ok('Connection: a b', empty)],
    ['head over the limit', 'HEAD_TOO_LARGE', 'our limit', ok(`X: ${'a'.repeat(66_000)}`, empty)],
    ['head without an end', 'HEAD_TOO_LARGE', 'our limit', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(66_000)}`],
    ['status line without an end', 'HEAD_TOO_LARGE', 'our limit', `HTTP/1.1 200 ${'a'.repeat(66_000)}`],
    ['1001 fields', 'TOO_MANY_FIELDS', 'our limit', ok(...repeated(1000, () => 'X: y'), empty)],
    // Chunked bodies
    ['chunk size with 0x', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('0x5\r\nhello\r\n0\r\n\r\n')],
    ['chunk size below zero', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('-1\r\nhello\r\n0\r\n\r\n')],
    ['chunk size over 64 bits', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('ffffffffffffffff0\r\nhello\r\n0\r\n\r\n')],
    ['chunk size line with bare LF', 'CHUNK_SIZE', 'RFC 9112 §7.1', chunked('5\nhello\n0\n\n')],
    ['chunk without its CR LF', 'CHUNK_END', 'RFC 9112 §7.1', chunked('5\r\nhello0\r\n\r\n')],
    ['a flood of extensions', 'CHUNK_EXTENSIONS', 'RFC 9112 §7.1.1', chunked(`1;${'b'.repeat(200)}\r\nx\r\n`.repeat(90))],
    ['trailer with bare LF', 'BARE_LINE_FEED', 'RFC 9112 §7.1.2: response splitting', chunked('0\r\nX: a\n\r\n')],
    ['trailer section over the limit', 'TRAILER_TOO_LARGE', 'our limit', chunked(`0\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`)],
  ]
  return rows.map(message)
}
