/** What is derived from the table of keys: the defaults in it, the reference and the JSON schema. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {root} from '../../source/config/fields.ts'
import {referenceMarkdown} from '../../source/config/reference.ts'
import {judged} from '../../source/config/scalar.ts'
import {type JsonSchema, jsonSchema} from '../../source/config/schema.ts'
import {mappings, type Path} from './sample.ts'

const fields = mappings(root).flatMap(({path, mapping}) =>
  Object.entries(mapping.fields).map(([key, field]) => ({path: [...path, key], key, field, mapping})),
)

test('every default is a value that the file could hold', () => {
  for (const {path, field} of fields) {
    if (!('default' in field)) continue
    const {kind} = field
    assert.ok(
      kind.is === 'time' ||
        kind.is === 'count' ||
        kind.is === 'choice' ||
        kind.is === 'flag' ||
        kind.is === 'text',
    )
    const written = kind.is === 'time' ? Number(field.default) / 1000 : field.default
    assert.deepEqual(judged(written, kind), {value: field.default}, path.join('.'))
  }
})

test('every number has finite bounds', () => {
  for (const {
    field: {kind},
    path,
  } of fields) {
    if (kind.is !== 'time' && kind.is !== 'count') continue
    assert.ok(
      Number.isSafeInteger(kind.least) && Number.isSafeInteger(kind.most) && kind.least < kind.most,
      path.join('.'),
    )
  }
})

test('the reference has one row for each key of the table, with its default', () => {
  const text = referenceMarkdown(root)
  const rows = text.split('\n').filter(line => line.startsWith('| `'))
  // A mapping that stands in several places is described once; two mappings may share a row of the table.
  const described = [...new Set(fields.map(({mapping}) => mapping))]
  assert.equal(rows.length, described.flatMap(({fields}) => Object.keys(fields)).length)
  for (const line of rows) assert.equal(line.replaceAll('\\|', '').split('|').length, 6, line)
  assert.match(
    text,
    /^### The file\n\n\| key \| value \| default \| what it is \|\n\|---\|---\|---\|---\|\n\| `proxy` \|/,
  )
  assert.match(text, /\n### `proxy.services\[\].hosts\[\]`\n/)
  assert.ok(text.includes('| `connect` | time, 1ms to 24h | `3s` | Connecting to an instance. |'))
  assert.ok(text.includes('| `port` | 1 to 65535 | **required** | Its port. |'))
})

/** The part of a schema that is about `path`; of several forms, the first. */
function schemaAt(schema: JsonSchema, path: Path): JsonSchema {
  const forms = schema.anyOf as readonly JsonSchema[] | undefined
  const [first] = forms ?? []
  if (first !== undefined && path.length > 0) {
    const list = forms?.find(form => form.type === 'array')
    return schemaAt((path[0] === 0 ? list : first) ?? first, path)
  }
  const [step, ...rest] = path
  if (step === undefined) return schema
  const inner = step === 0 ? schema.items : (schema.properties as Record<string, JsonSchema>)[step]
  return schemaAt(inner as JsonSchema, rest)
}

test('the schema knows each key of the table, what is required, and nothing else', () => {
  const schema = jsonSchema(root)
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  for (const {path, mapping} of mappings(root)) {
    const {anyOf, ...plain} = schemaAt(schema, path)
    const about = (anyOf as readonly JsonSchema[] | undefined)?.[0] ?? plain
    assert.equal(about.additionalProperties, false, path.join('.'))
    assert.deepEqual(Object.keys(about.properties as object), Object.keys(mapping.fields))
    const required = Object.entries(mapping.fields).flatMap(([key, field]) =>
      'required' in field ? [key] : [],
    )
    assert.deepEqual(about.required ?? [], required)
  }
  for (const {path, field} of fields) assert.equal(schemaAt(schema, path).description, field.description)
})

test('the schema is plain JSON, with bounds in seconds and defaults as they are written', () => {
  const schema = jsonSchema(root)
  assert.deepEqual(JSON.parse(JSON.stringify(schema)), schema)
  assert.deepEqual(schemaAt(schema, ['proxy', 'timeouts', 'connect']), {
    description: 'Connecting to an instance.',
    default: '3s',
    anyOf: [
      {type: 'number', minimum: 0.001, maximum: 86_400},
      {type: 'string', pattern: '^[0-9]+(?:\\.[0-9]+)?(?:ms|s|m|h)$'},
    ],
  })
})
