/** What would become of a request, in lines that a person reads: by the command and by the dashboard alike. */
import type {
  Explanation,
  InstanceExplanation,
  RouteExplanation,
  ServiceExplanation,
} from '../control/explanation.ts'

/** Of the thousands that a service may have, those that matter come first, and so many are told. */
const MOST_INSTANCES = 40
const MOST_ROUTES = 20

const queueWords = {waits: 'it waits in the queue', full: 'the queue is full'} as const

/** Not safe to print as they are: they hold what was asked. */
export function explanationLines(explanation: Explanation): readonly string[] {
  const {request, client, refused, routes, services, isLive} = explanation
  const seen = client === request.from ? '' : `, for ${client} by X-Forwarded-For`
  const lines = [`${request.method} ${request.url} from ${request.from}${seen}`]
  if (refused !== undefined)
    lines.push('', `answered by the proxy itself: ${refused.status} ${refused.code}`, `  ${refused.sentence}`)
  if (routes.length > 0) lines.push('', 'which service', ...routeLines(routes))
  for (const service of services) lines.push('', ...serviceLines(service, isLive))
  return lines
}

function routeLines(routes: readonly RouteExplanation[]): readonly string[] {
  const lines = routes.slice(0, MOST_ROUTES).map(route => {
    const {service, domain, path, headers, isChosen, why} = route
    const rules = [domain + (path === '/' ? '' : path), ...headers].join(', ')
    return `  ${isChosen ? '>' : ' '} ${service} (${rules}): ${why}`
  })
  return routes.length > MOST_ROUTES ? [...lines, `    and ${routes.length - MOST_ROUTES} more`] : lines
}

function serviceLines(
  {service, share, picked, why, queue, instances}: ServiceExplanation,
  isLive: boolean,
): readonly string[] {
  const part = share < 1 ? ` with ${percent(share)} of such requests` : ''
  const which =
    picked !== undefined
      ? `${picked} is next`
      : queue !== undefined
        ? queueWords[queue]
        : instances.some(isOne)
          ? 'it is drawn'
          : 'there is no instance to pick'
  const known = isLive ? '' : ' (from the file: all are taken to be up and idle)'
  const ranked = instances.toSorted((a, b) => b.share - a.share)
  const lines = ranked.slice(0, MOST_INSTANCES).map(instance => instanceLine(instance, picked, isLive))
  const more = ranked.length > MOST_INSTANCES ? [`    and ${ranked.length - MOST_INSTANCES} more`] : []
  return [`${service}${part}: ${which}${known}`, ...(why === '' ? [] : [`  ${why}`]), ...lines, ...more]
}

function isOne({skipped}: InstanceExplanation): boolean {
  return skipped === undefined
}

function instanceLine(
  {instance, share, weight, inFlight, skipped}: InstanceExplanation,
  picked: string | undefined,
  isLive: boolean,
): string {
  const sign = instance === picked ? '>' : ' '
  if (skipped !== undefined) return `  ${sign} ${instance}   passed over: ${skipped}`
  const flight = isLive ? `, ${inFlight} in flight` : ''
  return `  ${sign} ${instance}   ${percent(share)}, weight ${weight}${flight}`
}

function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`
}
