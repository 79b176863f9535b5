/** Checks a value from outside against a schema: as much of JSON Schema (draft 2020-12) as shapes are written in. */
import type {JsonSchema} from './shape.ts'

type Defs = Readonly<Record<string, JsonSchema>>

/** All that is wrong with `value`, each with where it is; nothing of the value is repeated. Empty: it has the shape. */
export function violations(value: unknown, schema: JsonSchema, defs: Defs, at = 'it'): readonly string[] {
  const {$ref} = schema
  if (typeof $ref === 'string')
    return violations(value, defs[$ref.replace('#/$defs/', '')] ?? {enum: []}, defs, at)
  if (Array.isArray(schema.oneOf)) return ofOne(value, schema.oneOf as readonly JsonSchema[], defs, at)
  if ('const' in schema) return value === schema.const ? [] : [`${at} is not ${JSON.stringify(schema.const)}`]
  if (Array.isArray(schema.enum))
    return schema.enum.includes(value) ? [] : [`${at} is not one of ${schema.enum.join(', ')}`]
  if (!isOf(value, schema.type)) return [`${at} is not of type ${schema.type}`]
  if (Array.isArray(value)) return ofList(value, schema, defs, at)
  if (typeof value === 'object' && value !== null)
    return ofObject(value as Readonly<Record<string, unknown>>, schema, defs, at)
  if (typeof value === 'string' && value.length > Number(schema.maxLength ?? Number.POSITIVE_INFINITY))
    return [`${at} is longer than ${schema.maxLength} characters`]
  if (typeof value === 'number' && value < Number(schema.minimum ?? Number.NEGATIVE_INFINITY))
    return [`${at} is less than ${schema.minimum}`]
  if (typeof value === 'number' && value > Number(schema.maximum ?? Number.POSITIVE_INFINITY))
    return [`${at} is more than ${schema.maximum}`]
  return []
}

/** The complaints of the one it comes nearest to: that is the one whose constants are right. */
function ofOne(value: unknown, shapes: readonly JsonSchema[], defs: Defs, at: string): readonly string[] {
  const complaints = shapes.map(shape => violations(value, shape, defs, at))
  if (complaints.some(list => list.length === 0)) return []
  const near = shapes.findIndex(shape => constantsHold(value, shape))
  if (near !== -1) return complaints[near] ?? []
  const constants = shapes.flatMap(({properties}) =>
    Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(([key, inner]) =>
      'const' in inner ? [`${key} ${JSON.stringify(inner.const)}`] : [],
    ),
  )
  return [`${at} is none of those with ${constants.join(', ')}`]
}

function constantsHold(value: unknown, {properties}: JsonSchema): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>)
  return fields.every(
    ([key, inner]) => !('const' in inner) || (value as Record<string, unknown>)[key] === inner.const,
  )
}

function ofList(
  values: readonly unknown[],
  {items, maxItems}: JsonSchema,
  defs: Defs,
  at: string,
): readonly string[] {
  if (values.length > Number(maxItems ?? Number.POSITIVE_INFINITY))
    return [`${at} has more than ${maxItems} entries`]
  return values.flatMap((each, index) =>
    violations(each, (items ?? {}) as JsonSchema, defs, `${at}[${index}]`),
  )
}

function ofObject(
  value: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  defs: Defs,
  at: string,
): readonly string[] {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  const missing = ((schema.required ?? []) as readonly string[])
    .filter(key => !Object.hasOwn(value, key))
    .map(key => `${at} has no ${key}`)
  const wrong = Object.entries(value).flatMap(([key, each]) => {
    const inner = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (inner !== undefined) return violations(each, inner, defs, `${at}.${key}`)
    return schema.additionalProperties === false ? [`${at} has a key too many`] : []
  })
  return [...missing, ...wrong]
}

function isOf(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return type === undefined || typeof value === type
  }
}
