/** Every fault, with every reason for not trying again, gives a sentence that says who, what, when and what to change. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {AttemptView, RequestView} from '../../source/control/requests.ts'
import {type FaultCode, faultCodes, faults} from '../../source/faults.ts'
import {refusals} from '../../source/recorder/layout.ts'
import {whyOf} from '../../source/requests/why.ts'
import {plainRequest, sampleRequest} from './samples.ts'

const instance = '127.0.0.1:9092'

function attempt(different: Partial<AttemptView> = {}): AttemptView {
  return {
    instance,
    fault: undefined,
    status: 200,
    started: 0,
    connected: 1,
    ended: 120,
    uses: 1,
    ...different,
  }
}

/** A POST whose first attempt was `first`, and that another instance answered. */
function retriedPost(first: Partial<AttemptView>): RequestView {
  const attempts = [attempt(first), attempt({instance: '127.0.0.1:9091', started: 27})]
  return sampleRequest({method: 'POST', problem: true, attemptCount: 2, responded: 88, attempts})
}

function failed(fault: FaultCode, different: Partial<RequestView> = {}): RequestView {
  const {status, blame} = faults[fault]
  return sampleRequest({
    status,
    fault,
    problem: true,
    method: 'POST',
    duration: 120,
    responded: faults[fault].phase === 'body' ? 20 : undefined,
    attempts: [attempt(blame === 'upstream' ? {fault, status} : {})],
    ...different,
  })
}

const sentences: Readonly<Record<string, readonly [RequestView, string, setting?: string]>> = {
  reset: [
    failed('RESET', {detail: 'ECONNRESET', refusal: 'unsafe'}),
    '127.0.0.1:9092 reset the connection 119 ms after the request was sent. POST, so it was not sent again: twice may not be the same as once.',
  ],
  closed: [
    failed('RESET', {detail: 'closed', refusal: 'spent', method: 'GET'}),
    '127.0.0.1:9092 closed the connection 119 ms after the request was sent. It was not sent again: retryPolicy.retries allows none.',
    'retryPolicy.retries',
  ],
  timeout: [
    failed('RESPONSE_TIMEOUT', {attempts: [attempt({fault: 'RESPONSE_TIMEOUT', ended: 2074})]}),
    'No answer within 2 s on 127.0.0.1:9092: raise retryPolicy.timeout (without one, timeouts.responseHead) or look at the instance.',
    'retryPolicy.timeout',
  ],
  spent: [
    failed('CONNECT_REFUSED', {
      refusal: 'spent',
      attemptCount: 3,
      attempts: [attempt(), attempt({connected: undefined})],
    }),
    '127.0.0.1:9092 refused the connection. That was attempt 3, the last one that retryPolicy.retries allows.',
    'retryPolicy.retries',
  ],
  'no service': [
    failed('NO_SERVICE', {service: undefined, attempts: [], attemptCount: 0}),
    "No service answers for the host that the client named: add it to a service's domain.",
    'domain',
  ],
  malformed: [
    failed('REQUEST_MALFORMED', {detail: 'has a folded header line', method: '\x16\x03', attempts: []}),
    'The client sent what is not valid HTTP/1.1: it has a folded header line.',
  ],
  'too large': [
    failed('REQUEST_MALFORMED', {detail: 'has a header section over the limit', status: 431, attempts: []}),
    'The client sent what is not valid HTTP/1.1: it has a header section over the limit: raise limits.head or limits.fields if that is to be allowed.',
    'limits.head',
  ],
  gone: [
    failed('CLIENT_CLOSED'),
    'The client went away after 120 ms, before it was answered; 127.0.0.1:9092 was still working on it. Nobody was left to send it again for.',
  ],
  broken: [
    failed('BODY_INCOMPLETE', {refusal: 'response-started', bytesOut: 48_200}),
    '127.0.0.1:9092 closed the connection 100 ms into the response, after 48.2 kB. The response had begun, so it was not sent again.',
  ],
  'body gone': [
    failed('RESET', {refusal: 'body-gone', method: 'PUT', detail: 'ECONNRESET'}),
    '127.0.0.1:9092 reset the connection 119 ms after the request was sent. Its body is longer than what limits.replay keeps, so it could not be sent again.',
    'limits.replay',
  ],
  'retried safely': [
    retriedPost({fault: 'CONNECT_REFUSED', connected: undefined, ended: 1.4}),
    '127.0.0.1:9092 refused the connection before any byte was sent, so the POST was safe to retry on 127.0.0.1:9091, which answered 200 61 ms later.',
  ],
  'retried before it was written': [
    retriedPost({fault: 'STALE_CONNECTION', uses: 7, ended: 1.4}),
    '127.0.0.1:9092 closed a kept connection, used 7 times, at the moment it was used again before any byte was sent, so the POST was safe to retry on 127.0.0.1:9091, which answered 200 61 ms later.',
    'timeouts.upstreamIdle',
  ],
  'retried on the same': [
    sampleRequest({
      attemptCount: 2,
      responded: 88,
      attempts: [attempt({fault: 'RESET', ended: 21}), attempt({started: 27})],
    }),
    '127.0.0.1:9092 reset the connection 20 ms after the request was sent and GET may be sent twice, so it was retried on the same instance, which answered 200 61 ms later.',
  ],
  relayed: [
    sampleRequest({status: 500, problem: true}),
    'The 500 is the answer of 127.0.0.1:9091 itself, after 88 ms; it was passed on as it came. Another instance is asked only after what retryPolicy.statuses lists.',
  ],
  fine: [plainRequest, '127.0.0.1:9091 answered 200 after 88 ms; nothing went wrong.'],
  tunnel: [
    sampleRequest({status: 101, upgraded: true, duration: 65_000, responded: 2}),
    '127.0.0.1:9091 switched to another protocol after 1.7 ms; the tunnel was open 65 s.',
  ],
}

for (const [name, [request, text, setting]] of Object.entries(sentences)) {
  test(name, () => {
    const why = whyOf(request)
    assert.deepEqual([why.text, why.setting], [text, setting])
  })
}

test('every fault has a sentence for every refusal, with and without an attempt', () => {
  for (const fault of faultCodes) {
    for (const refusal of [undefined, ...refusals]) {
      for (const attempts of [[], [attempt({fault})], [attempt({connected: undefined})]]) {
        for (const detail of ['', 'ECONNRESET', '\x1b[31m', 'has a bad line']) {
          const request = failed(fault, {refusal, attempts, detail, attemptCount: attempts.length})
          const {text, blame} = whyOf(request)
          assert.match(text, /^[A-Z0-9].*\.$/, text)
          assert.match(text, /^[\x20-\x7e]+$/, text)
          assert.doesNotMatch(text, /undefined|NaN|\.\.| {2}|: :/, text)
          assert.ok(text.split(/\. (?=[A-Z])/).length <= 2, text)
          assert.equal(blame, faults[fault].blame)
        }
      }
    }
  }
})

test('every fault that a retry followed has a sentence too', () => {
  for (const fault of faultCodes) {
    const request = sampleRequest({
      attemptCount: 3,
      attempts: [attempt({fault}), attempt({fault}), attempt({instance: '127.0.0.1:9091', started: 40})],
    })
    const {text} = whyOf(request)
    assert.match(text, /retr(?:y|ied) on 127\.0\.0\.1:9091, which answered 200 48 ms later\.$/, text)
    assert.match(text, /^2 attempts failed; the first: /)
  }
})
