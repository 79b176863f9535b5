/** What is told to the flight recorder of a request that is over, and of each of its attempts. */

/** One attempt, as an exchange remembers it. Times on the clock of `performance.now()`. */
export interface AttemptFacts {
  instance: number
  /** index of the fault table plus one; 0: none */
  fault: number
  status: number
  startedAt: number
  /** -1: never connected */
  connectedAt: number
  endedAt: number
  uses: number
  selection: number
}

/** What an exchange tells of itself when it is over. One object is filled again and again. */
export class FinishedRequest {
  startedAt = 0
  endedAt = 0
  /** -1: no response */
  respondedAt = -1
  status = 0
  fault = 0
  service = 0
  routed = 0
  strategy = 0
  candidates = 0
  selection = 0
  queued = 0
  bytesIn = 0
  bytesOut = 0
  minor = 1
  clientPort = 0
  connection = 0
  requestOnConnection = 0
  refusal = 0
  flags = 0
  made = 0
  requestHead = ''
  responseHead = ''
  address = ''
  detail = ''
  /** the attempts before the last one */
  earlier: readonly AttemptFacts[] | undefined = undefined
  readonly last: AttemptFacts = {
    instance: -1,
    fault: 0,
    status: 0,
    startedAt: 0,
    connectedAt: -1,
    endedAt: 0,
    uses: 0,
    selection: 0,
  }
}
