/** Settings of a service that change while it runs: which there are, by the table of keys, and how each is written. */
import {expected} from './expected.ts'
import {host, service} from './fields.ts'
import type {Field, Kind, Scalar} from './kinds.ts'
import {nearest} from './nearest.ts'
import {judged} from './scalar.ts'
import {formatTime} from './time.ts'

/** Keys of a service below which all that is written in one word or a few can be set. The others have commands of their own. */
const live = [
  'retryPolicy',
  'tcpHealthcheck',
  'httpHealthcheck',
  'ejection',
  'queue',
  'timeouts',
  'slowStart',
  'switchGuard',
  'hashHeader',
  'stickyCookie',
] as const satisfies readonly (keyof typeof service.fields)[]

export interface SettingRow {
  /** as the file has it, such as `retryPolicy.retries` */
  readonly key: string
  readonly section: string
  /** undefined: the section is the value itself */
  readonly leaf: string | undefined
  readonly kind: Scalar | {readonly is: 'list'; readonly of: Scalar}
  readonly field: Field
  /** a service has it; an instance may have its own */
  readonly ofService: boolean
  readonly ofHosts: boolean
}

/** Of an instance alone. */
const liveOfHosts = ['backup'] as const satisfies readonly (keyof typeof host.fields)[]

export const settingRows: readonly SettingRow[] = [
  ...live.flatMap(section => rowsOf(section, service.fields[section], true)),
  ...liveOfHosts.flatMap(section => rowsOf(section, host.fields[section], false)),
]

function rowsOf(section: string, field: Field, ofService: boolean): SettingRow[] {
  const kind = field.kind.is === 'single' ? field.kind.of : field.kind
  const leaves = kind.is === 'mapping' ? Object.entries(kind.fields) : [[undefined, field] as const]
  return leaves.flatMap(([leaf, its]) => {
    const wordy = wordyKind(its.kind)
    const key = leaf === undefined ? section : `${section}.${leaf}`
    const ofHosts = Object.hasOwn(host.fields, section)
    return wordy === undefined ? [] : [{key, section, leaf, kind: wordy, field: its, ofService, ofHosts}]
  })
}

/** What is written in a word or a few; secrets are no words for a screen. */
function wordyKind(kind: Kind): SettingRow['kind'] | undefined {
  if (kind.is === 'list') {
    const of = wordyKind(kind.of)
    return of === undefined || of.is === 'list' ? undefined : {is: 'list', of}
  }
  if (kind.is === 'mapping' || kind.is === 'single' || kind.is === 'entries') return undefined
  return kind.is === 'text' && kind.format === 'secret' ? undefined : kind
}

/** No value: what `absent` in the table says. */
export const NONE = 'none'

/** By its key or, where it is the only one of `rows` that ends so, by its last word; else why not, in words. */
export function settingNamed(
  word: string,
  rows: readonly SettingRow[],
): SettingRow | {readonly problem: string} {
  const exact = rows.find(({key}) => key === word)
  if (exact !== undefined) return exact
  const [only, second] = rows.filter(({leaf}) => leaf === word)
  if (only !== undefined && second === undefined) return only
  const keys = rows.map(({key}) => key)
  if (only !== undefined) {
    const named = keys.filter(key => key.endsWith(`.${word}`))
    return {problem: `${word} may be ${named.join(' or ')}: say which`}
  }
  const leaf = nearest(
    word,
    rows.flatMap(row => row.leaf ?? []),
  )
  const meant = nearest(word, keys) ?? rows.find(row => leaf !== undefined && row.leaf === leaf)?.key
  const hint = meant === undefined ? `there are ${keys.join(', ')}` : `did you mean ${meant}?`
  return {problem: `there is no setting ${word}; ${hint}`}
}

/** What may be written. */
export function settingForm({kind, field}: SettingRow): string {
  const form = kind.is === 'list' ? `${expected(kind.of)}, or several with spaces` : expected(kind)
  return 'absent' in field ? `${form}; or ${NONE} (${field.absent})` : form
}

export type Value = string | number | boolean | readonly (string | number | boolean)[] | undefined

/** A value as it was typed; undefined: none. */
export function readSetting(
  text: string,
  row: SettingRow,
): {readonly value: Value} | {readonly problem: string} {
  const {kind, field, key} = row
  if (text === NONE && 'absent' in field) return {value: undefined}
  if (kind.is !== 'list') return labelled(judged(foundIn(text, kind), kind), key)
  const values: (string | number | boolean)[] = []
  for (const word of text.split(/[\s,]+/).filter(each => each !== '')) {
    const read = labelled(judged(foundIn(word, kind.of), kind.of), key)
    if ('problem' in read) return read
    values.push(read.value)
  }
  return values.length === 0 ? {problem: `${key} is empty; expected ${settingForm(row)}`} : {value: values}
}

function labelled(result: ReturnType<typeof judged>, key: string) {
  if ('value' in result) return result
  return {problem: `${key} is ${result.problem}${result.hint === undefined ? '' : `; ${result.hint}`}`}
}

/** What YAML would make of it. */
function foundIn(text: string, {is}: Scalar): string | number | boolean {
  if ((is === 'count' || is === 'time') && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  if (is === 'flag' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** As `readSetting` reads it. */
export function written(value: Value, {kind, field}: SettingRow): string {
  if (value === undefined)
    return 'default' in field ? written(field.default, {kind, field} as SettingRow) : NONE
  if (Array.isArray(value)) return value.join(' ')
  return kind.is === 'time' ? formatTime(Number(value)) : String(value)
}

/** Those that may be set for a service, or for one of its instances. */
export function rowsFor(instance: string | undefined): readonly SettingRow[] {
  return settingRows.filter(({ofService, ofHosts}) => (instance === undefined ? ofService : ofHosts))
}
