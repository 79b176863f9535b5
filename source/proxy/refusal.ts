/** Bytes of a client that never became a request: counted and recorded like one, though no exchange can tell of them. */
import {type FaultCode, faultIndex} from '../faults.ts'
import type {Lane} from '../metrics/lane.ts'
import {FinishedRequest} from '../recorder/facts.ts'

export interface Refused {
  readonly fault: FaultCode
  /** what the client was answered; 499: it went away */
  readonly status: number
  readonly detail: string
  /** what there was of a head */
  readonly text: string
  /** of the answer */
  readonly bytesOut: number
}

/** `client` keeps the record; `number`: which of its requests this would have been. */
export function tellOfRefused(
  {fault, status, detail, text, bytesOut}: Refused,
  lane: Lane,
  client: {record(facts: FinishedRequest): void},
  number: number,
): void {
  lane.start()
  lane.fault(faultIndex(fault))
  lane.finish(status === 499 ? 0 : status, -1, 0, bytesOut)
  const facts = new FinishedRequest()
  facts.startedAt = performance.now()
  facts.endedAt = facts.startedAt
  facts.status = status
  facts.bytesOut = bytesOut
  facts.fault = faultIndex(fault) + 1
  facts.detail = detail
  facts.requestHead = text
  facts.requestOnConnection = number
  client.record(facts)
}
