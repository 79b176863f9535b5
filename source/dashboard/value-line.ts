/** One line below the screen in which a value is typed: what a kind of value says of itself, and how the line is opened. */
import type {ServiceSnapshot} from '../control/control.ts'
import type {Step} from './actions.ts'
import {type Stage, shown} from './frame.ts'
import {emptyPalette} from './requests-view.ts'
import {graphemesOf} from './text.ts'
import type {TypedValue, View} from './view.ts'

/** A kind of value that can be typed. */
export interface ValueLine {
  /** such as `weight of 127.0.0.1:3001` */
  readonly title: (typing: TypedValue) => string
  /** how it is now, as it would be typed; undefined: what it belongs to is gone */
  readonly now: (typing: TypedValue, stage: Stage) => string | undefined
  /** what may be typed, in a few words */
  readonly form: (typing: TypedValue) => string
  /** what may be typed besides, where there is room to say so */
  readonly also?: string
  /** a key that would lead to something else does nothing */
  readonly accepts: RegExp
  /** what Enter asks for, `text` is not empty; `closed` is the view without the line. A text: why not, and the line stays */
  readonly entered: (text: string, typing: TypedValue, stage: Stage, closed: View) => Step | string
  /** what the tab key leads to, and a word for it */
  readonly next?: {readonly word: string; readonly of: (typing: TypedValue, view: View, stage: Stage) => View}
}

/** The instance that the value belongs to, as it is now. */
export function instanceTyped({service: name, instance: key}: TypedValue, {latest}: Stage) {
  const service = latest.services.find(each => each.name === name)
  const instance = service?.instances.find(each => each.key === key)
  return service === undefined || instance === undefined ? undefined : {service, instance}
}

/** Those whose `service address:port` holds every word of `typed`. */
export function instancesNamed(services: readonly ServiceSnapshot[], typed: string) {
  const words = typed.toLowerCase().split(/\s+/)
  return services.flatMap(service =>
    service.instances
      .filter(({key}) => {
        const name = `${shown(service.name)} ${shown(key)}`.toLowerCase()
        return words.every(word => name.includes(word))
      })
      .map(instance => ({service, instance})),
  )
}

/** Opens the line with `text` in it. */
export function typing(view: View, value: Omit<TypedValue, 'line'>, text: string): View {
  return {...view, typing: {...value, line: {...emptyPalette, text, cursor: graphemesOf(text).length}}}
}
