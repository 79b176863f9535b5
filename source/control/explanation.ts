/** What would become of a request, without sending it: the question and the answer. Types only. */
import type {StrategyName} from '../balancing/strategies.ts'
import type {FaultCode} from '../faults.ts'

export interface ExplainRequest {
  readonly method: string
  /** absolute, with `http:` */
  readonly url: string
  /** whole lines, such as `X-Env: canary`; a Host line takes the place of the one that the URL makes */
  readonly fields: readonly string[]
  /** the client's address, as the proxy would see it */
  readonly from: string
}

/** One path of one domain of a service, and what it has to do with the request. */
export interface RouteExplanation {
  readonly service: string
  readonly domain: string
  readonly path: string
  readonly headers: readonly string[]
  readonly isChosen: boolean
  /** why it is the one, or why it is not */
  readonly why: string
}

export interface InstanceExplanation {
  /** `address:port` */
  readonly instance: string
  /** 0 to 1: of requests like this one, from here on; 0 for one that is passed over */
  readonly share: number
  readonly weight: number
  readonly inFlight: number
  /** why it is passed over, for good or until it has room; undefined: it may be picked */
  readonly skipped: string | undefined
}

/** What a service would do with the request. */
export interface ServiceExplanation {
  readonly service: string
  /** 0 to 1: below 1 where a split draws */
  readonly share: number
  readonly strategy: StrategyName
  /** the one that would be picked now; undefined: it is drawn, or there is none */
  readonly picked: string | undefined
  readonly why: string
  /** as long as none has room: it waits, or too many do already; undefined: it need not */
  readonly queue: 'waits' | 'full' | undefined
  readonly instances: readonly InstanceExplanation[]
}

/** `code` is a row of the fault table; `sentence` is safe to print. */
export interface RefusalExplanation {
  readonly code: FaultCode
  readonly status: number
  readonly sentence: string
}

export interface Explanation {
  readonly request: ExplainRequest
  /** the address that it counts as: `from`, or whom a trusted proxy saw */
  readonly client: string
  /** the proxy would answer itself */
  readonly refused: RefusalExplanation | undefined
  /** in the order in which they are asked, those after the chosen one too */
  readonly routes: readonly RouteExplanation[]
  /** two where a split draws between services; none where the request is refused before */
  readonly services: readonly ServiceExplanation[]
  /** false: a file was asked, and of no instance is known how it is */
  readonly isLive: boolean
}
