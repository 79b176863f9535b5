/** The JSON schema of a configuration file (draft 2020-12), written from the table of keys, for editors. */
import {formats} from './formats.ts'
import type {Field, Kind, Mapping} from './kinds.ts'
import {formatTime, SECOND, timePattern} from './time.ts'

export type JsonSchema = {readonly [keyword: string]: unknown}

/**
 * Never stricter than the parser, but for `[::1]` without quotes, which is a list to YAML. What a schema
 * cannot say (names that repeat, for instance) only the parser finds.
 */
export function jsonSchema(table: Mapping): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'revproxy-tui configuration',
    ...schemaOf(table),
  }
}

function schemaOf(kind: Kind): JsonSchema {
  switch (kind.is) {
    case 'time':
      return {
        anyOf: [
          {type: 'number', minimum: kind.least / SECOND, maximum: kind.most / SECOND},
          {type: 'string', pattern: timePattern},
        ],
      }
    case 'count':
      return {type: 'integer', minimum: kind.least, maximum: kind.most}
    case 'range':
      return {
        anyOf: [
          {type: 'integer', minimum: kind.least, maximum: kind.most},
          {type: 'string', pattern: '^\\d+(-\\d+)?$'},
        ],
      }
    case 'flag':
      return {type: 'boolean'}
    case 'choice':
      return {enum: kind.names}
    case 'text':
      return {type: 'string', pattern: formats[kind.format].pattern}
    case 'mapping':
      return mappingSchema(kind)
    case 'single':
      return {anyOf: [schemaOf(kind.of), {type: 'array', items: schemaOf(kind.of), minItems: 1, maxItems: 1}]}
    case 'entries':
      return {
        type: 'object',
        propertyNames: {pattern: formats[kind.key].pattern},
        additionalProperties: schemaOf(kind.of),
        minProperties: 1,
      }
    case 'list': {
      const list = {type: 'array', items: schemaOf(kind.of), minItems: kind.least}
      return kind.orOne ? {anyOf: [schemaOf(kind.of), list]} : list
    }
  }
}

function mappingSchema({fields}: Mapping): JsonSchema {
  const rows = Object.entries(fields)
  const required = rows.filter(([, field]) => 'required' in field).map(([key]) => key)
  return {
    type: 'object',
    properties: Object.fromEntries(rows.map(([key, field]) => [key, fieldSchema(field)])),
    ...(required.length === 0 ? {} : {required}),
    additionalProperties: false,
  }
}

function fieldSchema(field: Field): JsonSchema {
  const {description} = field
  if (!('default' in field)) return {description, ...schemaOf(field.kind)}
  const value = field.kind.is === 'time' ? formatTime(Number(field.default)) : field.default
  return {description, default: value, ...schemaOf(field.kind)}
}
