/** Questions to the table of keys: which there are on a screen, what one means there, and all of them for the README. */
import {type ActionName, type Binding, keymap, scopes} from './key-table.ts'
import type {Screen} from './view.ts'

const rows: readonly (readonly [ActionName, Binding])[] = Object.entries(keymap) as [ActionName, Binding][]

/** Whose dashboard it is, and what it may do. */
export interface Mode {
  readonly readOnly: boolean
  /** the proxy is another process, and stays when the dashboard goes */
  readonly attached?: boolean
}

/** The keys there are on the screen, in the order of the table. */
export function bindingsFor(screen: Screen, mode: Mode): readonly (readonly [ActionName, Binding])[] {
  return allBindings(mode).filter(([, {scope}]) => scopes[scope].screens.includes(screen))
}

/** The keys there are on any screen. */
export function allBindings({readOnly, attached = false}: Mode): readonly (readonly [ActionName, Binding])[] {
  const owner = attached ? 'attached' : 'own'
  return rows.filter(
    ([, {changes, onlyReadOnly, of = owner}]) =>
      of === owner && (readOnly ? !changes : onlyReadOnly === undefined),
  )
}

/** What the key means on the screen; undefined: nothing. */
export function actionFor(key: string, screen: Screen, mode: Mode): ActionName | undefined {
  return bindingsFor(screen, mode).find(([, {keys}]) => keys.includes(key))?.[0]
}

/** The README's table of keys, in Markdown. */
export function keyTable(): string {
  const lines = rows
    .filter(([, {sign, onlyReadOnly}]) => sign !== '' && onlyReadOnly === undefined)
    .map(([, {sign, scope, label, more}]) => {
      const keys = sign
        .split(' ')
        .map(key => `\`${key}\``)
        .join(' ')
      return `| ${keys} | ${scopes[scope].called} | ${label}${more === undefined ? '' : ` (${more})`} |`
    })
  return ['| Key | Where | What it does |', '|---|---|---|', ...lines, ''].join('\n')
}
