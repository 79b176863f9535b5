/** A recorded request as a curl command line, with its fields in their order and nothing that curl would add. */
import type {CapturedBody, RequestView} from '../control/requests.ts'
import {announcesBody, fieldsOf, type HeadField} from './heads.ts'
import {printfFormat, shellWord} from './shell.ts'
import {bytesText} from './words.ts'

/** A longer body makes no command line that anybody would paste. */
const MAX_BODY = 4096

export interface CurlOptions {
  readonly body?: CapturedBody | undefined
  /** `address:port` to connect to whatever the URL says: the proxy's listener, or an instance */
  readonly connectTo?: string | undefined
}

const plainHost = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i
const token = /^[!#$%&'*+.^_`|~\w-]+$/
/** What curl finds out by itself. */
const ownFields = new Set(['host', 'content-length', 'transfer-encoding', 'expect'])
/** What curl adds unless it is told not to. */
const addedFields = ['User-Agent', 'Accept']

/** Secrets are hidden or not as they are in the view. Printable ASCII, lines joined by `\`, comments before it. */
export function curlCommand(request: RequestView, {body, connectTo}: CurlOptions = {}): string {
  const fields = fieldsOf(request.requestHead).filter(({name}) => token.test(name))
  const {words: bodyWords, input, comment} = bodyOf(request, body)
  const words = [
    ...methodWords(request.method, bodyWords.length > 0),
    ...(request.minor === 0 ? ['--http1.0'] : []),
    ...urlWords(request, connectTo),
    ...fieldWords(fields, plainHost.test(request.host), bodyWords.length > 0),
    ...bodyWords,
  ]
  const comments = [comment, cutComment(request)].filter(line => line !== '')
  return [...comments.map(line => `# ${line}`), `${input}curl ${words.join(' \\\n  ')}`].join('\n')
}

function methodWords(method: string, hasBody: boolean): readonly string[] {
  if (method === 'GET' && !hasBody) return []
  // With -X HEAD curl would wait for a body.
  return method === 'HEAD' ? ['--head'] : [`-X ${shellWord(method)}`]
}

function urlWords({host, target, tls}: RequestView, connectTo: string | undefined): readonly string[] {
  const authority = plainHost.test(host) ? host : (connectTo ?? 'localhost')
  const plain = /^\/[^\s#]*$/.test(target)
  const scheme = tls === undefined ? 'http' : 'https'
  const url = `${scheme}://${authority}${plain ? target : '/'}`
  const words = ['--globoff', '--path-as-is']
  if (connectTo !== undefined && authority !== connectTo)
    words.push(`--connect-to ${shellWord(`::${connectTo}`)}`)
  if (!plain) words.push(`--request-target ${shellWord(target)}`)
  return [...words, shellWord(url)]
}

function fieldWords(fields: readonly HeadField[], hostInUrl: boolean, hasBody: boolean): readonly string[] {
  const words: string[] = []
  for (const {name, value} of fields) {
    const lower = name.toLowerCase()
    if (ownFields.has(lower) && (lower !== 'host' || hostInUrl)) continue
    words.push(`-H ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`)
  }
  const has = (name: string) => fields.some(field => field.name.toLowerCase() === name.toLowerCase())
  for (const name of [...addedFields, ...(hasBody ? ['Content-Type'] : [])]) {
    if (!has(name)) words.push(`-H ${shellWord(`${name}:`)}`)
  }
  return words
}

function bodyOf(request: RequestView, body: CapturedBody | undefined) {
  const none = {words: [], input: '', comment: ''}
  if (body === undefined || body.bytes.length === 0) {
    return announcesBody(request.requestHead) ? {...none, comment: 'its body was not captured'} : none
  }
  if (body.isCut || Math.max(body.length, body.bytes.length) > MAX_BODY)
    return {...none, comment: `its body of ${bytesText(body.length)} is too long for a command line`}
  const format = printfFormat(Buffer.from(body.bytes).toString('latin1'))
  // A format may not begin with a dash: printf would take it for an option.
  const safe = format.startsWith('-') ? `\\055${format.slice(1)}` : format
  const comment = body.hidden > 0 ? 'secrets in its body are hidden' : ''
  return {words: ['--data-binary @-'], input: `printf '${safe}' | `, comment}
}

function cutComment({requestHead, requestHeadLength}: RequestView): string {
  return requestHead.endsWith('\r\n\r\n')
    ? ''
    : `its head is not whole: it had ${bytesText(requestHeadLength)}`
}
