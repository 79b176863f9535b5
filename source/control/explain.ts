/** What would become of a request: routed, judged and picked as a worker would do it, on copies, so that nothing moves. */
import {isIP} from 'node:net'
import {type FaultCode, faults} from '../faults.ts'
import {hostOf} from '../http1/authority.ts'
import {MalformedMessage} from '../http1/malformed.ts'
import {type HeadLimits, RequestHead, readRequestHead} from '../http1/request-head.ts'
import {blockListOf, clientAddress} from '../routing/client-address.ts'
import {drawOf, goesAcross} from '../routing/split.ts'
import {explainPicks, servingOf} from './explain-picks.ts'
import {explainRoutes} from './explain-routes.ts'
import type {ExplainRequest, Explanation, RefusalExplanation, ServiceExplanation} from './explanation.ts'
import type {ServiceModel} from './model.ts'

export interface ExplainContext {
  readonly services: ReadonlyMap<string, ServiceModel>
  readonly limits: HeadLimits
  readonly forwardsTrace: boolean
  readonly trustedProxies: readonly string[]
  /** whether the models are those of a proxy that runs */
  readonly isLive: boolean
}

/** What is said of a question that is none. */
export const NO_URL = 'expected a URL such as http://shop.example/cart'

/** @throws Error that says what is wrong with the question itself */
export function explain(request: ExplainRequest, context: ExplainContext): Explanation {
  const head = new RequestHead()
  try {
    readRequestHead(headText(request), context.limits, head)
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error
    const refused = refusal('REQUEST_MALFORMED', error.status, `: it ${error.message}.`)
    return {request, client: request.from, isLive: context.isLive, refused, routes: [], services: []}
  }
  const client = clientOf(request.from, head, context.trustedProxies)
  const base = {request, client, isLive: context.isLive}
  const found = explainRoutes(context.services.values(), hostOf(head.authority), head)
  const {routes} = found
  if (head.method === 'CONNECT' || (head.method === 'TRACE' && !context.forwardsTrace))
    return {...base, refused: refusal('METHOD_REFUSED'), routes, services: []}
  if (typeof found.decision === 'string')
    return {...base, refused: refusal(found.decision), routes, services: []}
  const services = sidesOf(found.decision, client, context.services).map(({service, share, why}) =>
    explainPicks(service, {head, from: client, share, why}),
  )
  const code = nobody(services) ? 'NO_INSTANCE' : services.every(isFull) ? 'QUEUE_FULL' : undefined
  return {...base, refused: code && refusal(code), routes, services}
}

function clientOf(from: string, head: RequestHead, trustedProxies: readonly string[]): string {
  return isIP(from) === 0 ? from : clientAddress(from, head.fields, blockListOf(trustedProxies))
}

/** The head that a client would send, so that it is judged as any other. */
function headText({method, url, fields}: ExplainRequest): string {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.protocol !== 'http:') throw new Error(NO_URL)
  // Not what URL makes of the path: the way in which it is written may decide where it goes.
  const path = /^http:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? '/'
  const target = path === '' ? '/' : path.startsWith('?') ? `/${path}` : path
  const hasHost = fields.some(line => /^host:/i.test(line))
  const lines = [`${method} ${target} HTTP/1.1`, ...(hasHost ? [] : [`Host: ${parsed.host}`]), ...fields]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8').toString('latin1')
}

function refusal(code: FaultCode, status: number = faults[code].status, more = ''): RefusalExplanation {
  const {sentence} = faults[code]
  return {code, status, sentence: more === '' ? sentence : sentence.replace(/\.$/, more)}
}

function nobody(services: readonly ServiceExplanation[]): boolean {
  return services.every(
    ({instances, queue}) => queue === undefined && instances.every(({skipped}) => skipped !== undefined),
  )
}

function isFull({queue}: ServiceExplanation): boolean {
  return queue === 'full'
}

interface Side {
  readonly service: ServiceModel
  readonly share: number
  readonly why: string
}

/** The service itself; where it gives a part of its requests away, both, or the one that the client's address decides on. */
function sidesOf(own: ServiceModel, from: string, all: ReadonlyMap<string, ServiceModel>): readonly Side[] {
  const {split} = own
  const other = split === undefined ? undefined : all.get(split.to)
  if (split === undefined || other === undefined) return [{service: own, share: 1, why: ''}]
  const {percent, by, to} = split
  const selectable = servingOf(other).length
  if (selectable === 0) return [{service: own, share: 1, why: `${to} could take none of its requests now`}]
  if (by === 'client') {
    // The draw is a hash of the address: nothing is left to chance.
    const goes = goesAcross(split, drawOf(split, own.config.name, from, Math.random), selectable)
    const why = `the split of ${percent} % to ${to} goes by client: ${from} is ${goes ? 'one that goes there' : 'one that stays'}`
    return [{service: goes ? other : own, share: 1, why}]
  }
  const sides = [
    {service: own, share: 1 - percent / 100, why: `${100 - percent} % of requests stay`},
    {
      service: other,
      share: percent / 100,
      why: `${percent} % of requests are given to it, each drawn by itself`,
    },
  ]
  return sides.filter(({share}) => share > 0)
}
