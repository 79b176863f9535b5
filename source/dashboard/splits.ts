/** What part of its requests a service gives to another one: how it is shown, and how keys and words change it. */
import type {ServiceSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending, serviceOf} from './changes.ts'
import {type Stage, shown} from './frame.ts'
import type {Glyphs} from './glyphs.ts'
import type {PaletteCommand} from './palette-commands.ts'
import type {View} from './view.ts'

/** Where a key goes to: slowly while little is at stake. */
const steps = [0, 1, 2, 5, 10, 25, 50, 75, 90, 100] as const

/** `10 % → canary`, `10 % of clients → canary`; empty: it has no split. */
export function splitText({split}: ServiceSnapshot, glyphs: Pick<Glyphs, 'arrow'>): string {
  if (split === undefined) return ''
  return `${split.percent} %${split.by === 'client' ? ' of clients' : ''} ${glyphs.arrow} ${shown(split.to)}`
}

export const splitActions = {
  splitLess: (view, stage) => stepped(view, stage, percent => steps.findLast(step => step < percent)),
  splitMore: (view, stage) => stepped(view, stage, percent => steps.find(step => step > percent)),
} satisfies Record<string, Action>

function stepped(view: View, stage: Stage, next: (percent: number) => number | undefined): Step {
  const service = serviceOf(view, stage)
  if (service === undefined) return hint(view, stage, 'no service is selected')
  const {name, split} = service
  if (split === undefined) return hint(view, stage, `${shown(name)} has no split in the file`)
  const percent = next(split.percent)
  if (percent === undefined)
    return hint(view, stage, `${shown(name)} gives ${split.percent} % to ${shown(split.to)}`)
  return sending(view, {type: 'set-split', service: name, percent})
}

/** `split api 25`, also while it is being typed. */
export function splitCommand(service: ServiceSnapshot, percent: number | undefined): PaletteCommand {
  const {name, split} = service
  const now = split === undefined ? '' : `now ${split.percent} % to ${shown(split.to)}`
  const base = {text: `split ${shown(name)} ${percent ?? ''}`, note: now, sign: '{ }'} as const
  const wanted = percent ?? 0
  const run = (view: View) => sending(view, {type: 'set-split', service: name, percent: wanted})
  if (percent === undefined) return {...base, isRefused: true, note: `${now}: type how many percent`, run}
  if (percent > 100) return {...base, isRefused: true, note: 'a split is 0 to 100 percent', run}
  return {...base, isRefused: percent === split?.percent, run}
}

/** What is typed as a split: of one of the services that have one, in whatever state of completion. */
export function typedSplits(services: readonly ServiceSnapshot[], typed: string): PaletteCommand[] {
  const rest = /^split\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  return services.flatMap(service => {
    if (service.split === undefined) return []
    const name = shown(service.name)
    const given = rest.toLowerCase().startsWith(`${name.toLowerCase()} `)
      ? rest.slice(name.length).trim()
      : undefined
    const percent = given === undefined ? undefined : /^(\d{1,3})\s*%?$/.exec(given)?.[1]
    if (given === undefined && !name.toLowerCase().startsWith(rest.trim().toLowerCase())) return []
    return [splitCommand(service, percent === undefined ? undefined : Number(percent))]
  })
}
