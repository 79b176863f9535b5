/** The kinds of value that a configuration key can have, and the type that each of them is read as. */
import type {FormatName} from './formats.ts'

/** A span of time, bounds in milliseconds. Written as seconds or with a unit, read as milliseconds. */
export interface Time {
  readonly is: 'time'
  readonly least: number
  readonly most: number
}

/** A whole number. */
export interface Count {
  readonly is: 'count'
  readonly least: number
  readonly most: number
}

/** A whole number, or all from one to another, written `200-299`; read as it is written. */
export interface Range {
  readonly is: 'range'
  readonly least: number
  readonly most: number
}

/** One of some names. */
export interface Choice {
  readonly is: 'choice'
  readonly names: readonly string[]
}

/** true or false. */
export interface Flag {
  readonly is: 'flag'
}

/** A text that has to have a form. */
export interface Text {
  readonly is: 'text'
  readonly format: FormatName
}

export type Scalar = Time | Count | Range | Choice | Flag | Text

/** A mapping whose keys are the writer's own, each of the form `key`, with a text each. */
export interface Entries {
  readonly is: 'entries'
  readonly key: FormatName
  readonly of: Text
}

/** One of them. */
export interface Entry {
  readonly key: string
  readonly value: string
}

/** `title` completes sentences such as `unknown key "x" in a host`. */
export interface Mapping {
  readonly is: 'mapping'
  readonly title: string
  readonly fields: Fields
}

/** `orOne`: a single entry may stand there without being a list. */
export interface List {
  readonly is: 'list'
  readonly of: Kind
  readonly least: 0 | 1
  readonly orOne: boolean
}

/** A mapping that may also be written as a list of exactly one (as the original project's file has it). */
export interface Single {
  readonly is: 'single'
  readonly of: Mapping
}

export type Kind = Scalar | Mapping | List | Single | Entries

/** One row of the table. A default is in the unit that the kind reads as; `absent` says what no value means. */
export type Field = {readonly kind: Kind; readonly description: string} & (
  | {readonly required: true}
  | {readonly default: string | number | boolean}
  | {readonly absent: string}
)

export type Fields = Readonly<Record<string, Field>>

/**
 * What a value of kind K is read as. `Sure`: everything required is there, because there are no findings;
 * without it any key can be missing.
 */
export type Read<K, Sure extends boolean> = K extends {is: 'time' | 'count'}
  ? number
  : K extends {is: 'choice'; names: readonly (infer Name)[]}
    ? Name
    : K extends {is: 'flag'}
      ? boolean
      : K extends {is: 'text' | 'range'}
        ? string
        : K extends {is: 'mapping'; fields: infer F}
          ? ReadFields<F, Sure>
          : K extends {is: 'list'; of: infer Entry}
            ? readonly Read<Entry, Sure>[]
            : K extends {is: 'single'; of: infer Inner}
              ? Read<Inner, Sure>
              : K extends {is: 'entries'}
                ? readonly Entry[]
                : never

type ReadFields<F, Sure extends boolean> = {
  readonly [Key in keyof F as IsSure<F[Key], Sure> extends true ? Key : never]: ReadField<F[Key], Sure>
} & {
  readonly [Key in keyof F as IsSure<F[Key], Sure> extends true ? never : Key]?: ReadField<F[Key], Sure>
}

type IsSure<F, Sure extends boolean> = F extends {required: true} ? Sure : false
type ReadField<F, Sure extends boolean> = F extends {kind: infer K} ? Read<K, Sure> : never

type Defaults<F> = {
  readonly [Key in keyof F as F[Key] extends {default: unknown} ? Key : never]: ReadField<F[Key], true>
}

/** The defaults of a table, by key. */
export function defaultsOf<F extends Fields>(fields: F): Defaults<F> {
  const entries = Object.entries(fields).flatMap(([key, field]) =>
    'default' in field ? [[key, field.default] as const] : [],
  )
  // Each row gives its default in the type that its kind reads as; a test checks all of them against their bounds.
  return Object.fromEntries(entries) as Defaults<F>
}

type Inherited<F extends Fields> = {
  readonly [Key in keyof F]: Pick<F[Key], 'kind' | 'description'> & {readonly absent: string}
}

/** The same keys where they stand for one service: what is not given there is the proxy's, not the default. */
export function inherited<F extends Fields>(fields: F): Inherited<F> {
  const entries = Object.entries(fields).map(([key, {kind, description}]) => {
    return [key, {kind, description, absent: "the proxy's"}] as const
  })
  return Object.fromEntries(entries) as Inherited<F>
}
