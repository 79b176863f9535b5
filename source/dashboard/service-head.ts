/** The lines on top of each page of a service: what it is, how it does, and its pages. */
import type {ServiceSnapshot} from '../control/control.ts'
import {type Frame, firstFitting, type Stage, shown, spread} from './frame.ts'
import {titleLine, trafficLine} from './header.ts'
import {queueText} from './max-connections.ts'
import {rateLimitText} from './rate-limits.ts'
import {sourcePieces} from './sources.ts'
import {splitText} from './splits.ts'
import {type Piece, widthOfPieces} from './text.ts'
import type {ServicePane} from './view.ts'

/** `requests` is on its own tab, with a filter. */
export const servicePages = [
  {id: 'instances', label: 'Instances'},
  {id: 'requests', label: 'Requests'},
  {id: 'latency', label: 'Latency'},
  {id: 'routes', label: 'Routes'},
  {id: 'policy', label: 'Policy'},
] as const satisfies readonly {readonly id: ServicePane | 'requests'; readonly label: string}[]

/** How many lines there are by height: the policy goes first, then the pages, then the traffic. */
function lines({height}: Pick<Stage, 'height'>): number {
  return height >= 16 ? 4 : height >= 12 ? 3 : 1
}

function draw(frame: Frame, service: ServiceSnapshot, pane: ServicePane, right: readonly Piece[]): string[] {
  const count = lines(frame)
  const all = [titleLine(frame, service.name)]
  if (count >= 4) all.push(policyLine(frame, service))
  if (count >= 3) all.push(trafficLine(frame, service.traffic), pageLine(frame, pane, right))
  return all
}

export const serviceHead = {lines, draw}

function pageLine(frame: Frame, pane: ServicePane, right: readonly Piece[]): string {
  const named = pagePieces(pane, true)
  // Where one is matters more than what else there is to say.
  if (widthOfPieces(named) + widthOfPieces(right) + 3 <= frame.columns) return spread(frame, named, right)
  return spread(frame, widthOfPieces(named) + 2 <= frame.columns ? named : pagePieces(pane, false), [])
}

/** Without names only the page that is open has its own. */
function pagePieces(pane: ServicePane, areNamed: boolean): Piece[] {
  return servicePages.flatMap(({id, label}, index): Piece[] => {
    const isActive = id === pane
    const isBeside = isActive || servicePages[index - 1]?.id === pane
    const gap = index === 0 ? '' : isBeside || !areNamed ? ' ' : '  '
    const name = areNamed || isActive ? `${index + 1} ${label}` : `${index + 1}`
    return [['text', gap], isActive ? ['accent.strong', `[${name}]`] : ['label', name]]
  })
}

/** Behind the domains: ` /api, /v2`; nothing where every path is meant. */
function pathsText({paths}: ServiceSnapshot): string {
  return paths.every(path => path === '/') ? '' : ` ${paths.map(shown).join(', ')}`
}

/** Domains, paths and fields, split, strategy, retry; the check to the right, as much of it as fits. */
function policyLine(frame: Frame, service: ServiceSnapshot): string {
  const left: Piece[] = [
    ['text', service.domains.map(shown).join(', ')],
    ['text', pathsText(service)],
    ['label', service.headers.map(rule => `  ${shown(rule)}`).join('')],
    ['warn', service.split === undefined ? '' : `  ${splitText(service, frame.glyphs)}`],
    ['accent', `  ${service.strategy}`],
    ['warn', service.queued === 0 ? '' : `  ${queueText(service)}`],
    ['label', service.rateLimit === undefined ? '' : `  ${rateLimitText(service.rateLimit)}`],
    ['label', `  ${shown(service.retry)}`],
    ...sourcePieces(frame, service),
  ]
  const check = service.check === undefined ? 'no health check' : `check ${shown(service.check)}`
  const parts = check.split(', ')
  const variants = parts.map((_, at): Piece[] => [['label', parts.slice(0, parts.length - at).join(', ')]])
  return spread(frame, left, firstFitting(frame, [...variants, []], left))
}
