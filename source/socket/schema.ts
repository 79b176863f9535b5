/** The protocol as others read it: a JSON schema of all that passes, and a table of what can be asked. */
import {API, type Endpoint, endpoints} from './protocol.ts'
import type {JsonSchema} from './shape.ts'
import {definitions} from './shapes.ts'

export function controlSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `revproxy-tui control socket, version ${API}`,
    $defs: definitions.all,
  }
}

/** In Markdown. */
export function endpointTable(): string {
  const rows = Object.values(endpoints).map((endpoint: Endpoint) => {
    const {method, path, about, query, body, answer, lines} = endpoint
    const parameters = Object.entries(query).map(([name, says]) => `\`${name}\`: ${says}`)
    const said = [about, ...(parameters.length === 0 ? [] : [`Query: ${parameters.join('; ')}.`])]
    const shape = answer.map(nameOf).join(', then ')
    return `| \`${method} ${path}\` | ${said.join(' ')} | ${body === undefined ? '' : nameOf(body)} | ${shape}${lines ? ' (NDJSON)' : ''} |`
  })
  return ['| request | what it is | body | answer |', '|---|---|---|---|', ...rows].join('\n')
}

function nameOf({$ref, items, properties}: JsonSchema): string {
  if (typeof $ref === 'string') return `\`${$ref.replace('#/$defs/', '')}\``
  if (items !== undefined) return `list of ${nameOf(items as JsonSchema)}`
  return `\`{${Object.keys(properties ?? {}).join(', ')}}\``
}
