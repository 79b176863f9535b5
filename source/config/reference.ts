/** The reference of all configuration keys, written from their table: what the README and an editor's reader see. */
import {expected} from './expected.ts'
import {oneOf} from './finding.ts'
import type {Field, Kind, Mapping} from './kinds.ts'
import {formatTime} from './time.ts'

/** Markdown: for each mapping of the table a heading with its path, and one row a key. */
export function referenceMarkdown(table: Mapping): string {
  const sections = [...pathsByMapping(table, '', new Map())].map(([mapping, paths]) =>
    section(mapping, paths),
  )
  return `${sections.join('\n\n')}\n`
}

/** A mapping that stands in several places (`retryPolicy`) is described once. */
function pathsByMapping(kind: Kind, path: string, found: Map<Mapping, string[]>): Map<Mapping, string[]> {
  if (kind.is === 'list') return pathsByMapping(kind.of, `${path}[]`, found)
  if (kind.is === 'single') return pathsByMapping(kind.of, path, found)
  if (kind.is !== 'mapping') return found
  found.set(kind, [...(found.get(kind) ?? []), path])
  for (const [key, field] of Object.entries(kind.fields)) {
    pathsByMapping(field.kind, path === '' ? key : `${path}.${key}`, found)
  }
  return found
}

function section(mapping: Mapping, paths: readonly string[]): string {
  const heading = paths.map(path => (path === '' ? 'The file' : `\`${path}\``)).join(', ')
  const rows = Object.entries(mapping.fields).map(([key, field]) => row(key, field))
  return [`### ${heading}`, '', '| key | value | default | what it is |', '|---|---|---|---|', ...rows].join(
    '\n',
  )
}

function row(key: string, field: Field): string {
  const cells = [`\`${key}\``, valueText(field.kind), withoutValue(field), field.description]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function valueText(kind: Kind): string {
  switch (kind.is) {
    case 'time':
      return `time, ${formatTime(kind.least)} to ${formatTime(kind.most)}`
    case 'count':
      return `${kind.least} to ${kind.most}`
    case 'range':
      return `${kind.least} to ${kind.most}, or a range of them such as \`200-299\``
    case 'flag':
      return '`true` or `false`'
    case 'choice':
      return oneOf(kind.names.map(name => `\`${name}\``))
    case 'text':
      // `*.name` would be half an emphasis.
      return expected(kind).replaceAll('*', '\\*')
    case 'mapping':
      return 'mapping'
    case 'single':
      return 'mapping, or a list of one'
    case 'entries':
      return expected(kind).replaceAll('*', '\\*')
    case 'list':
      return kind.orOne ? `${valueText(kind.of)}; or a list` : `list: ${valueText(kind.of)}`
  }
}

function withoutValue(field: Field): string {
  if ('required' in field) return '**required**'
  if ('absent' in field) return field.absent
  return `\`${field.kind.is === 'time' ? formatTime(Number(field.default)) : field.default}\``
}
