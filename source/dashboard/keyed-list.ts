/** A list whose rows are known by a key: which is selected, and which are on screen. */
import type {KeyedList} from './view.ts'

/** The selection found again among the keys, and the window moved so that it is in it. */
export function settledKeys(list: KeyedList, keys: readonly string[], room: number): KeyedList {
  const found = list.selected === undefined ? -1 : keys.indexOf(list.selected)
  const index = found >= 0 ? found : Math.max(0, Math.min(list.index, keys.length - 1))
  const highest = Math.max(0, keys.length - room)
  const top = Math.min(highest, Math.max(Math.min(list.top, index), index - room + 1))
  const selected = keys[index]
  const same = list.selected === selected && list.index === index && list.top === top
  return same ? list : {selected, index, top}
}

export function movedKey(list: KeyedList, keys: readonly string[], by: number): KeyedList {
  const index = Math.max(0, Math.min(keys.length - 1, list.index + by))
  return {...list, index, selected: keys[index]}
}
