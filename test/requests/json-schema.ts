/** As much of JSON schema as the schema of HAR is written in. */

interface Schema {
  readonly type?: string
  readonly $ref?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly pattern?: string
  readonly minimum?: number
  readonly definitions?: Readonly<Record<string, Schema>>
}

/** All that is wrong with `value`, each with where it is. */
export function violations(value: unknown, root: Schema): readonly string[] {
  const definitions = root.definitions ?? {}
  const judge = (value: unknown, schema: Schema, at: string): readonly string[] => {
    if (schema.$ref !== undefined) return judge(value, definitions[schema.$ref] ?? {}, at)
    if (!isOf(value, schema.type)) return [`${at} is not of type ${schema.type}`]
    if (Array.isArray(value))
      return value.flatMap((each, index) => judge(each, schema.items ?? {}, `${at}[${index}]`))
    if (typeof value === 'object' && value !== null) return [...fields(value, schema, at)]
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value)))
      return [`${at} does not match: ${value}`]
    return schema.minimum !== undefined && Number(value) < schema.minimum
      ? [`${at} is too small: ${value}`]
      : []
  }
  function* fields(value: object, schema: Schema, at: string): Generator<string> {
    for (const name of schema.required ?? []) if (!(name in value)) yield `${at}.${name} is missing`
    if (schema.properties === undefined) return
    for (const [name, inner] of Object.entries(value)) {
      const known = schema.properties[name]
      if (known !== undefined) yield* judge(inner, known, `${at}.${name}`)
      else if (!name.startsWith('_')) yield `${at}.${name} is not known`
    }
  }
  return judge(value, root, '')
}

function isOf(value: unknown, type: string | undefined): boolean {
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
