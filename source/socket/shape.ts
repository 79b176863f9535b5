/** Shapes of JSON that know their TypeScript type: one description for the compiler, for checks at run time, and for the schema. */

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** `is` exists for the compiler only. */
export interface Shape<T> {
  readonly schema: JsonSchema
  readonly is?: T
}

/** A field that may be missing. */
export interface Optional<T> {
  readonly optional: Shape<T>
}

/** What an object of type T has to be described by: a field that T gains is an error of the compiler until it is here. */
export type Fields<T> = {
  // biome-ignore lint/complexity/noBannedTypes: only the empty object tells a field that may be absent
  readonly [Key in keyof T]-?: {} extends Pick<T, Key>
    ? Optional<Exclude<T[Key], undefined>>
    : undefined extends T[Key]
      ? Optional<Exclude<T[Key], undefined>>
      : Shape<T[Key]>
}

export const text: Shape<string> = {schema: {type: 'string'}}
export const number: Shape<number> = {schema: {type: 'number'}}
export const count: Shape<number> = {schema: {type: 'integer', minimum: 0}}
export const flag: Shape<boolean> = {schema: {type: 'boolean'}}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return {optional: shape}
}

/** A shape that also says what it means. */
export function about<T>(description: string, {schema}: Shape<T>): Shape<T> {
  return {schema: {...schema, description}}
}

export function shortText(maxLength: number): Shape<string> {
  return {schema: {type: 'string', maxLength}}
}

export function between(minimum: number, maximum: number): Shape<number> {
  return {schema: {type: 'integer', minimum, maximum}}
}

export function literal<const T extends string | boolean>(value: T): Shape<T> {
  return {schema: {const: value}}
}

export function oneOf<const T extends string>(values: readonly T[]): Shape<T> {
  return {schema: {enum: values}}
}

/** The names of a union, all of them: one that it gains does not compile until it is here. */
export function namesOf<T extends string>(all: Readonly<Record<T, true>>): Shape<T> {
  return {schema: {enum: Object.keys(all)}}
}

export function orNull<T>({schema}: Shape<T>): Shape<T | null> {
  return {schema: {oneOf: [schema, {const: null}]}}
}

export function list<T>({schema}: Shape<T>, maxItems?: number): Shape<readonly T[]> {
  return {schema: {type: 'array', items: schema, ...(maxItems === undefined ? {} : {maxItems})}}
}

export function object<T>(fields: Fields<T>): Shape<T> {
  const rows = Object.entries(fields as Readonly<Record<string, Shape<unknown> | Optional<unknown>>>)
  const properties = Object.fromEntries(
    rows.map(([key, field]) => [key, ('optional' in field ? field.optional : field).schema]),
  )
  const required = rows.filter(([, field]) => !('optional' in field)).map(([key]) => key)
  return {schema: {type: 'object', properties, required, additionalProperties: false}}
}

/** One of several objects, told apart by the field that is a constant in each. */
export function either<T>(shapes: ReadonlyArray<Shape<T>>): Shape<T> {
  return {schema: {oneOf: shapes.map(({schema}) => schema)}}
}

/** All that have a name, for the schema's `$defs`. */
export class Definitions {
  readonly all: Record<string, JsonSchema> = {}

  named<T>(name: string, {schema}: Shape<T>): Shape<T> {
    this.all[name] = schema
    return {schema: {$ref: `#/$defs/${name}`}}
  }
}
