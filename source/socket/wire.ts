/** Requests and bodies as they pass over a control socket, and back. */
import type {CapturedBody, ReplayResult, RequestDetail, RequestView} from '../control/requests.ts'
import {requestKeys, type WireBody, type WireDetail, type WireReplay} from './request-shapes.ts'

/** A view may make what it holds only when that is asked for: so these are no fields that JSON would see. */
export function wireRequest(view: RequestView): RequestView {
  const wire: {-readonly [Key in keyof RequestView]?: unknown} = {}
  for (const key of requestKeys) wire[key] = view[key]
  return wire as RequestView
}

export function wireDetail({request, skipped, requestBody, responseBody}: RequestDetail): WireDetail {
  return {
    request: wireRequest(request),
    skipped: skipped.map(then => then ?? null),
    requestBody: wireBody(requestBody),
    responseBody: wireBody(responseBody),
  }
}

export function wireReplay(result: ReplayResult): WireReplay {
  return {...result, body: wireBody(result.body)}
}

export function detailOf({request, skipped, requestBody, responseBody}: WireDetail): RequestDetail {
  return {
    request,
    skipped: skipped.map(then => then ?? undefined),
    requestBody: bodyOf(requestBody),
    responseBody: bodyOf(responseBody),
  }
}

export function replayOf(result: WireReplay): ReplayResult {
  return {...result, body: bodyOf(result.body), error: result.error}
}

function wireBody(body: CapturedBody | undefined): WireBody | undefined {
  return body && {...body, bytes: Buffer.from(body.bytes).toString('base64')}
}

function bodyOf(body: WireBody | undefined): CapturedBody | undefined {
  return body && {...body, bytes: Buffer.from(body.bytes, 'base64')}
}
