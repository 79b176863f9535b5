/** The keys while the filter is written, and the one after `'`. */
import {parseFilter} from '../requests/filter.ts'
import {fieldNames, flagNames} from '../requests/filter-fields.ts'
import type {Step} from './actions.ts'
import {withMessage} from './changes.ts'
import {savedFilters} from './filter-line.ts'
import type {Stage} from './frame.ts'
import {changed} from './inspector-actions.ts'
import {filtered} from './request-actions.ts'
import type {Editing} from './requests-view.ts'
import {graphemesOf} from './text.ts'
import type {View} from './view.ts'

export function inEditing(view: View, editing: Editing, key: string): Step {
  switch (key) {
    case 'esc':
      return {view: changed(view, {editing: undefined})}
    case 'enter':
      return {view: applied(view, editing)}
    case 'up':
      return {view: edited(view, recalled(view, editing, 1))}
    case 'down':
      return {view: edited(view, recalled(view, editing, -1))}
    case 'tab':
      return {view: edited(view, completed(editing))}
    default:
      return {view: edited(view, typed(editing, key))}
  }
}

function edited(view: View, editing: Editing): View {
  return changed(view, {editing})
}

function applied(view: View, editing: Editing): View {
  const filter = parseFilter(editing.text)
  if (filter.ok) return filtered(view, editing.text)
  return edited(view, {...editing, problem: {at: filter.at, message: filter.message}})
}

/** Typing takes the mark of the problem away: the text is another one now. */
export function typed(editing: Editing, key: string): Editing {
  const parts = graphemesOf(editing.text)
  const cursor = Math.max(0, Math.min(parts.length, editing.cursor))
  const at = (next: readonly string[], to: number): Editing => {
    const text = next.join('')
    return {...editing, text, typed: text, back: 0, cursor: to, problem: undefined}
  }
  switch (key) {
    case 'left':
    case 'ctrl+b':
      return {...editing, cursor: Math.max(0, cursor - 1)}
    case 'right':
    case 'ctrl+f':
      return {...editing, cursor: Math.min(parts.length, cursor + 1)}
    case 'home':
    case 'ctrl+a':
      return {...editing, cursor: 0}
    case 'end':
    case 'ctrl+e':
      return {...editing, cursor: parts.length}
    case 'backspace':
      return cursor === 0 ? editing : at(parts.toSpliced(cursor - 1, 1), cursor - 1)
    case 'delete':
    case 'ctrl+d':
      return cursor === parts.length ? editing : at(parts.toSpliced(cursor, 1), cursor)
    case 'ctrl+u':
      return at(parts.slice(cursor), 0)
    case 'ctrl+k':
      return at(parts.slice(0, cursor), cursor)
    case 'ctrl+w': {
      const kept = parts
        .slice(0, cursor)
        .join('')
        .replace(/\S*\s*$/, '')
      return at([...graphemesOf(kept), ...parts.slice(cursor)], graphemesOf(kept).length)
    }
    default:
      return isText(key) ? at(parts.toSpliced(cursor, 0, ...graphemesOf(textOf(key))), cursor + 1) : editing
  }
}

/** A key that is a character and not the name of one. */
function isText(key: string): boolean {
  return key === 'space' || graphemesOf(key).length === 1
}

function textOf(key: string): string {
  return key === 'space' ? ' ' : key
}

/** Through the filters applied before; back at the bottom is what was typed. */
function recalled(view: View, editing: Editing, by: 1 | -1): Editing {
  const {past} = view.requests
  const back = Math.max(0, Math.min(past.length, editing.back + by))
  const text = back === 0 ? editing.typed : (past[past.length - back] ?? '')
  return {...editing, text, back, cursor: graphemesOf(text).length, problem: undefined}
}

/** The name of a field or a flag that begins like the word before the cursor. */
function completed(editing: Editing): Editing {
  const parts = graphemesOf(editing.text)
  const before = parts.slice(0, editing.cursor).join('')
  const word = /[a-z]*$/i.exec(before)?.[0].toLowerCase() ?? ''
  if (word === '') return editing
  const field = fieldNames.find(name => name.startsWith(word) && name !== word)
  const flag = flagNames.find(name => name.startsWith(word))
  const found = field !== undefined ? `${field}:` : flag !== undefined ? `${flag} ` : undefined
  if (found === undefined) return editing
  const start = before.slice(0, before.length - word.length) + found
  const text = start + parts.slice(editing.cursor).join('')
  return {...editing, text, typed: text, back: 0, cursor: graphemesOf(start).length, problem: undefined}
}

/** `'e`, `'s`, `'r` put a saved filter in place, `'m` the person's own, and `'M` keeps the one that is set as that. */
export function inChord(view: View, key: string, stage: Stage): Step {
  const done = {...view, chord: false}
  const {filter, mine} = view.requests
  if (key === 'M') {
    if (filter === '') return {view: withMessage(done, stage, 'no filter is set that could be kept', false)}
    return {view: withMessage(changed(done, {mine: filter}), stage, `'m brings back ${filter}`, false)}
  }
  if (key === 'm')
    return mine === ''
      ? {view: withMessage(done, stage, "no filter is yours yet: 'M keeps the one that is set", false)}
      : {view: filtered(done, mine)}
  const saved = Object.entries(savedFilters).find(([name]) => name === key)?.[1]
  return {view: saved === undefined ? done : filtered(done, saved.text)}
}
