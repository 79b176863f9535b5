/** What is exported is what others can read: HAR by its specification, JSON lines by any parser. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {capturedBody} from '../../source/control/captured-body.ts'
import type {RequestDetail, RequestView} from '../../source/control/requests.ts'
import {faultCodes, faults} from '../../source/faults.ts'
import {harLog} from '../../source/requests/har.ts'
import {jsonLines} from '../../source/requests/json-lines.ts'
import {projectRoot} from '../generated/documents.ts'
import {violations} from './json-schema.ts'
import {manyRequests, sampleRequest} from './samples.ts'

const schema = JSON.parse(readFileSync(new URL('test/requests/har-schema.json', projectRoot), 'utf8'))

interface Entry {
  readonly time: number
  readonly timings: Readonly<Record<string, number>>
  readonly request: Readonly<Record<string, unknown>>
  readonly response: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/** As somebody else reads it. */
function exported(details: readonly RequestDetail[]): readonly Entry[] {
  const har = JSON.parse(JSON.stringify(harLog(details, '0.1.0')))
  assert.deepEqual(violations(har, schema), [])
  return har.log.entries
}

function detail(request: RequestView, bodies: Partial<RequestDetail> = {}): RequestDetail {
  return {request, skipped: [], requestBody: undefined, responseBody: undefined, ...bodies}
}

function body(bytes: Buffer | string, length?: number) {
  const buffer = Buffer.from(bytes)
  return capturedBody(new Uint8Array(buffer), length ?? buffer.length)
}

test('the schema refuses what is no HAR', () => {
  const [entry] = exported([detail(sampleRequest())])
  const wrong = (log: unknown) => violations({log}, schema).length
  const log = {version: '1.2', creator: {name: 'a', version: '1'}}
  assert.equal(wrong({...log, entries: [entry]}), 0)
  assert.equal(wrong({...log, entries: [{...entry, time: -1}]}), 1)
  assert.equal(wrong({...log, entries: [{...entry, more: 1}]}), 1)
  assert.equal(wrong({...log, entries: [{...entry, startedDateTime: 'today'}]}), 1)
  assert.equal(wrong({...log, version: '1.1', entries: [{...entry, timings: {wait: 1}}]}), 3)
})

test('requests of all sorts are valid entries, and their timings add up', () => {
  const requests = [
    ...manyRequests(200),
    ...faultCodes.map(fault =>
      sampleRequest({
        fault,
        status: faults[fault].status,
        responded: undefined,
        responseHead: '',
        responseHeadLength: 0,
      }),
    ),
    ...faultCodes.map(fault => sampleRequest({fault, status: faults[fault].status, attempts: []})),
    sampleRequest({method: '\x16\x03', target: '', host: '', requestHead: '\x16\x03\x01', minor: 1}),
    sampleRequest({method: 'OPTIONS', target: '*', host: ''}),
    sampleRequest({target: 'http://other.test/x?y=z', host: 'other.test'}),
    sampleRequest({minor: 0, responseHead: 'HTTP/1.0 404\r\n\r\n', status: 404}),
  ]
  for (const {time, timings} of exported(requests.map(request => detail(request)))) {
    const sum = Object.values(timings).reduce((total, ms) => total + Math.max(0, ms), 0)
    assert.ok(Math.abs(sum - time) < 0.001, `${sum} is not ${time}: ${JSON.stringify(timings)}`)
  }
})

test('fields, cookies, query and bodies are where a reader looks for them', () => {
  const request = sampleRequest({
    method: 'POST',
    target: '/a?q=caf%C3%A9&q=2&empty',
    host: 'api.test',
    requestHead:
      'POST /a HTTP/1.1\r\nHost: api.test\r\nCookie: a=1; b=x=y\r\nContent-Type: text/plain\r\n\r\n',
    responseHead: 'HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: c=2; Path=/\r\n\r\n',
    status: 302,
  })
  const [entry] = exported([
    detail(request, {requestBody: body('héllo'), responseBody: body(Buffer.from([0xff, 0, 1]), 99)}),
  ])
  assert.ok(entry)
  assert.equal(entry.request.url, 'http://api.test/a?q=caf%C3%A9&q=2&empty')
  assert.deepEqual(entry.request.cookies, [
    {name: 'a', value: '1'},
    {name: 'b', value: 'x=y'},
  ])
  assert.deepEqual(entry.request.queryString, [
    {name: 'q', value: 'café'},
    {name: 'q', value: '2'},
    {name: 'empty', value: ''},
  ])
  assert.deepEqual(entry.request.postData, {mimeType: 'text/plain', params: [], text: 'héllo'})
  assert.equal(entry.request.bodySize, 6)
  assert.deepEqual(entry.response.cookies, [{name: 'c', value: '2'}])
  assert.deepEqual([entry.response.redirectURL, entry.response.statusText], ['/b', 'Found'])
  assert.deepEqual(entry.response.content, {
    size: 99,
    mimeType: '',
    text: '/wAB',
    encoding: 'base64',
    comment: 'the first 3 bytes',
  })
})

test('JSON lines: one object a line, with why for what is a problem', () => {
  const reset = sampleRequest({
    id: '0.2',
    status: 502,
    fault: 'RESET',
    problem: true,
    detail: 'closed',
    target: '/\u2028"',
  })
  const lines = jsonLines([sampleRequest(), reset]).split('\n')
  assert.equal(lines.pop(), '')
  const [plain, failed, more] = lines.map(line => JSON.parse(line))
  assert.equal(more, undefined)
  assert.equal(plain.time, '2026-01-02T12:04:31.182Z')
  assert.deepEqual([plain.id, plain.status, plain.fault, plain.why], ['0.1', 200, undefined, undefined])
  assert.deepEqual([failed.fault, failed.target], ['RESET', '/\u2028"'])
  assert.match(failed.why, /closed the connection/)
  assert.equal(jsonLines([]), '')
})
