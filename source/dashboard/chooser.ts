/** A list to choose from, over the lines above the footer: a part of the screen is covered, nothing moves. */
import {strategyNames} from '../balancing/strategies.ts'
import {conditionChoices} from './alike.ts'
import {mayUse} from './changes.ts'
import {type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {settingChoices} from './settings.ts'
import {fitPieces, type Piece, painted} from './text.ts'
import type {Choosing} from './view.ts'

interface Choice {
  readonly text: string
  readonly note: string
}

/** To whom a request is sent again. */
export const replayTargets = ['same', 'another', 'every'] as const

/** What there is to choose from, in order. */
export function choices(what: Choosing, stage: Stage): readonly Choice[] {
  const {snapshot, requests} = stage
  if (what.of === 'strategy') {
    const service = snapshot.services.find(({name}) => name === what.service)
    const noteOf = (name: (typeof strategyNames)[number]) =>
      name === service?.strategy
        ? 'now'
        : service && !mayUse(service, name)
          ? 'needs hashHeader in the file'
          : ''
    return strategyNames.map(text => ({text, note: noteOf(text)}))
  }
  if (what.of === 'setting') return settingChoices(what)
  if (what.of === 'condition') return conditionChoices(what, stage)
  const request = requests.all.findLast(({id}) => id === what.id)
  const service = snapshot.services.find(({name}) => name === request?.service)
  const instance = request?.attempts.at(-1)?.instance ?? ''
  return replayTargets.map(target => ({
    text: {
      same: `to ${instance === '' ? 'the instance that answered' : shown(instance)}`,
      another: 'to another instance',
      every: `to every instance of ${shown(service?.name ?? 'the service')}`,
    }[target],
    note: target === 'every' ? `${service?.instances.length ?? 0} requests` : '',
  }))
}

export function withChooser(frame: Frame, lines: readonly string[]): string[] {
  const {choosing} = frame.view
  if (choosing === undefined) return [...lines]
  const {theme, glyphs} = frame
  const all = choices(choosing, frame)
  const {index} = choosing
  const room = Math.max(1, frame.height - 3)
  const top = Math.max(0, Math.min(index - room + 1, all.length - room))
  const rows = all.slice(top, top + room).map(({text, note}, row) => {
    const isChosen = top + row === index
    const pieces: Piece[] = [
      isChosen ? ['accent', glyphs.bar] : ['text', ' '],
      ['text', '  '],
      [isChosen ? 'accent.strong' : 'text', text],
      ['label', note === '' ? '' : `  ${note}`],
    ]
    const line = painted(fitPieces(pieces, frame.columns, 'left', glyphs.cut), theme)
    return isChosen ? theme.selected(line) : line
  })
  const title = lineOf(frame, rule(frame, titleOf(choosing), frame.columns))
  return [...lines.slice(0, lines.length - rows.length - 1), title, ...rows]
}

function titleOf(choosing: Choosing): string {
  switch (choosing.of) {
    case 'strategy':
      return `strategy for ${shown(choosing.service)}${choosing.guard ? ', guarded: taken back when errors double' : ''}`
    case 'replay':
      return `replay #${choosing.id}`
    case 'condition':
      return `add to the filter, of #${choosing.id}`
    case 'setting':
      return `settings of ${shown(choosing.instance ?? choosing.service)}`
  }
}
