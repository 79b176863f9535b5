/** Why a request ended as it did: a sentence or two from the fault table, its evidence, and the setting that would change it. */
import type {AttemptView, RequestView} from '../control/requests.ts'
import {type FaultCode, faults, isIdempotent} from '../faults.ts'
import {causes, type Evidence} from './why-causes.ts'
import {spanText} from './words.ts'

export interface Why {
  readonly text: string
  /** the configuration key that would change it, as the file has it; undefined: there is none */
  readonly setting: string | undefined
  readonly blame: 'client' | 'upstream' | 'proxy' | undefined
}

/** Holds nothing of a peer's own words: safe to draw, but for instance names, which the configuration gave. */
export function whyOf(request: RequestView): Why {
  const why = whyEnded(request)
  const text = why.text.replace(/^the instance/, 'The instance')
  return request.onPurpose
    ? {...why, text: `Made on purpose, by a fault that was switched on. ${text}`}
    : {...why, text}
}

function whyEnded(request: RequestView): Why {
  if (request.fault !== undefined) return whyFailed(request, request.fault)
  const first = request.attempts[0]
  if (request.attemptCount > 1 && first?.fault !== undefined) return whyRetried(request, first)
  if (request.status < 500 && request.refusal === undefined)
    return {text: whyAnswered(request), setting: undefined, blame: undefined}
  return whyPassedOn(request)
}

function whyFailed(request: RequestView, fault: NonNullable<RequestView['fault']>): Why {
  const evidence = evidenceOf(request, request.attempts.at(-1))
  const {text, setting} = causes[fault](evidence)
  const then = refusalText(request, evidence)
  const again = then.setting
  const row = faults[fault]
  const sentence = setting === undefined ? `${text}.` : `${text}: ${setting.advice}.`
  return {
    text: then.text === '' ? sentence : `${sentence} ${then.text}`,
    setting: setting?.key ?? again,
    blame: row.blame,
  }
}

/** Why it was not tried again; empty where nothing could have been. */
function refusalText(request: RequestView, {method}: Evidence): {text: string; setting?: string} {
  const {refusal, fault, attemptCount} = request
  switch (refusal) {
    case undefined:
      return {text: fault === undefined ? '' : unasked(fault, attemptCount)}
    case 'response-started':
      return {text: 'The response had begun, so it was not sent again.'}
    case 'body-gone':
      return {
        text: 'Its body is longer than what limits.replay keeps, so it could not be sent again.',
        setting: 'limits.replay',
      }
    case 'spent':
      return attemptCount > 1
        ? {
            text: `That was attempt ${attemptCount}, the last one that retryPolicy.retries allows.`,
            setting: 'retryPolicy.retries',
          }
        : {text: 'It was not sent again: retryPolicy.retries allows none.', setting: 'retryPolicy.retries'}
    case 'total-time':
      if (fault === 'QUEUE_TIMEOUT')
        return {text: 'The time that retryPolicy.total gives to all attempts and waits was over.'}
      return {
        text: 'It was not sent again: the time that retryPolicy.total gives to all attempts was over.',
        setting: 'retryPolicy.total',
      }
    case 'budget':
      return {
        text: 'It was not sent again: as many retries as retryPolicy.budget allows were under way.',
        setting: 'retryPolicy.budget',
      }
    case 'unsafe':
      return fault === undefined || faults[fault].retry === 'idempotent'
        ? {text: `${method}, so it was not sent again: twice may not be the same as once.`}
        : {text: 'After that no request is sent again.'}
  }
}

/** Of faults after which the question of another attempt does not arise. */
function unasked(fault: FaultCode, attemptCount: number): string {
  if (faults[fault].status === 499) return attemptCount > 0 ? 'Nobody was left to send it again for.' : ''
  if (fault === 'NO_INSTANCE' && attemptCount > 0) return 'There was no other one to send it to again.'
  return ''
}

/** An error that an instance answered, or another status that the retry policy lists. */
function whyPassedOn(request: RequestView): Why {
  const last = request.attempts.at(-1)
  const text = whyAnswered(request)
  const blame = request.status >= 500 ? 'upstream' : undefined
  if (last === undefined) return {text, setting: undefined, blame}
  const again =
    request.refusal === undefined
      ? {text: `Another instance is asked only after what retryPolicy.statuses lists.`, setting: undefined}
      : refusalText(request, evidenceOf(request, last))
  return {text: `${text} ${again.text}`, setting: again.setting, blame}
}

function whyRetried(request: RequestView, first: AttemptView): Why {
  const fault = first.fault
  const last = request.attempts.at(-1)
  if (fault === undefined || last === undefined) return {text: '', setting: undefined, blame: undefined}
  const evidence = evidenceOf(request, first)
  const {text, setting} = causes[fault](evidence)
  // What may not be sent twice was retried because it had not been sent at all.
  const safe =
    faults[fault].retry === 'always' || !isIdempotent(evidence.method)
      ? `before any byte was sent, so the ${evidence.method} was safe to retry`
      : `and ${evidence.method} may be sent twice, so it was retried`
  const failed = request.attemptCount - 1
  const more = failed > 1 ? `${failed} attempts failed; the first: ` : ''
  const then = refusalText(request, evidenceOf(request, last))
  const where = last.instance === first.instance ? 'on the same instance' : `on ${last.instance}`
  return {
    text: `${more}${text} ${safe} ${where}, which answered ${request.status} ${spanText(answeredIn(request, last))} later.${then.text === '' ? '' : ` ${then.text}`}`,
    setting: then.setting ?? setting?.key,
    blame: faults[fault].blame,
  }
}

function answeredIn(request: RequestView, last: AttemptView): number {
  return Math.max(0, (request.responded ?? request.duration) - last.started)
}

function whyAnswered(request: RequestView): string {
  const {status, upgraded, duration} = request
  const last = request.attempts.at(-1)
  if (last === undefined) return `The proxy answered ${status} itself.`
  const took = spanText(answeredIn(request, last))
  if (upgraded)
    return `${last.instance} switched to another protocol after ${took}; the tunnel was open ${spanText(duration)}.`
  if (status >= 400)
    return `The ${status} is the answer of ${last.instance} itself, after ${took}; it was passed on as it came.`
  return `${last.instance} answered ${status} after ${took}; nothing went wrong.`
}

function evidenceOf(request: RequestView, attempt: AttemptView | undefined): Evidence {
  const {method, service, detail, duration, responded} = request
  return {
    request,
    attempt,
    // The method of what was refused may be anything.
    method: /^[A-Z]{1,20}$/.test(method) ? method : 'the request',
    instance: attempt?.instance || 'the instance',
    service: service === undefined ? 'no service' : service,
    // System codes and words of our own parser; a peer's bytes are in neither.
    detail: /^[\w ,.:;()'/-]{1,200}$/.test(detail) ? detail : '',
    took: attempt === undefined ? duration : attempt.ended - attempt.started,
    waited: attempt?.connected === undefined ? 0 : attempt.ended - attempt.connected,
    streamed: responded === undefined ? 0 : duration - responded,
    duration,
  }
}
