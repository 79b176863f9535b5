/** The shapes of a question about a request, and of what is told of it. */
import {strategyNames} from '../balancing/strategies.ts'
import type {
  ExplainRequest,
  Explanation,
  InstanceExplanation,
  RefusalExplanation,
  RouteExplanation,
  ServiceExplanation,
} from '../control/explanation.ts'
import {faultCodes} from '../faults.ts'
import {about, count, flag, list, number, object, oneOf, optional, shortText, text} from './shape.ts'
import {definitions} from './shapes.ts'

const question = definitions.named(
  'ExplainRequest',
  object<ExplainRequest>({
    method: shortText(100),
    url: about('absolute, with `http:`', shortText(9000)),
    fields: about('whole lines, such as `X-Env: canary`', list(shortText(9000), 100)),
    from: about("the client's address", shortText(100)),
  }),
)

export const explainRequest = question.schema

const route = object<RouteExplanation>({
  service: text,
  domain: text,
  path: text,
  headers: list(text),
  isChosen: flag,
  why: text,
})

const instance = object<InstanceExplanation>({
  instance: text,
  share: about('0 to 1: of requests like this one', number),
  weight: number,
  inFlight: count,
  skipped: optional(about('why it cannot be picked', text)),
})

const service = object<ServiceExplanation>({
  service: text,
  share: about('0 to 1: below 1 where a split draws', number),
  strategy: oneOf(strategyNames),
  picked: optional(about('`address:port`; absent: it is drawn, or there is none', text)),
  why: text,
  queue: optional(
    about('while none has room: it waits in the queue, or that is full', oneOf(['waits', 'full'])),
  ),
  instances: list(instance),
})

export const explanation = definitions.named(
  'Explanation',
  object<Explanation>({
    request: question,
    client: about('whose request it is: `from`, or whom a trusted proxy saw', text),
    refused: optional(object<RefusalExplanation>({code: oneOf(faultCodes), status: count, sentence: text})),
    routes: list(route),
    services: list(service),
    isLive: about('false: a file was asked, and of no instance is known how it is', flag),
  }),
)
