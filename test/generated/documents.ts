/** The parts of the documentation that are made from tables in the code, so that they cannot tell another story. */
import {readFileSync} from 'node:fs'
import {commandReference, commandTable} from '../../source/commands/reference.ts'
import {root as configTable} from '../../source/config/fields.ts'
import {referenceMarkdown} from '../../source/config/reference.ts'
import {jsonSchema} from '../../source/config/schema.ts'
import {families} from '../../source/control/metric-families.ts'
import {keyTable} from '../../source/dashboard/keymap.ts'
import {exitCodes} from '../../source/exit-codes.ts'
import {controlSchema, endpointTable} from '../../source/socket/schema.ts'
import {simulationTable} from '../balancing/simulation.ts'
import {faultTable, requestTable, responseTable} from './refusals.ts'
import {pages, withScreens} from './screens.ts'

/** The project's root: this file runs from build/test/generated. */
export const projectRoot = new URL('../../../', import.meta.url)

interface GeneratedDocument {
  readonly path: string
  /** what the file should be, given what it is */
  readonly made: (current: string) => string
}

export const documents: readonly GeneratedDocument[] = [
  {
    path: 'README.md',
    made: current =>
      withSection(
        withSection(withSection(current, 'keys', keyTable()), 'exit-codes', exitCodeTable()),
        'commands',
        commandTable(),
      ),
  },
  {
    path: 'docs/configuration.md',
    made: current => withSection(current, 'reference', referenceMarkdown(configTable)),
  },
  {
    path: 'docs/refusals.md',
    made: current =>
      withSection(
        withSection(withSection(current, 'requests', requestTable()), 'responses', responseTable()),
        'faults',
        faultTable(),
      ),
  },
  {
    path: 'docs/configuration.schema.json',
    made: () => `${JSON.stringify(jsonSchema(configTable), null, 2)}\n`,
  },
  {
    path: 'docs/control.schema.json',
    made: () => `${JSON.stringify(controlSchema(), null, 2)}\n`,
  },
  {path: 'docs/commands.md', made: current => withSection(current, 'commands', commandReference())},
  {path: 'docs/balancing.md', made: current => withSection(current, 'simulation', simulationTable())},
  {path: 'docs/control.md', made: current => withSection(current, 'endpoints', endpointTable())},
  {path: 'docs/metrics.md', made: current => withSection(current, 'metrics', metricTable())},
  ...[...pages, 'docs/settings.md'].map(path => ({path, made: withScreens})),
]

export function currentText(path: string): string {
  try {
    return readFileSync(new URL(path, projectRoot), 'utf8')
  } catch {
    return ''
  }
}

function exitCodeTable(): string {
  const rows = Object.values(exitCodes).map(({code, means}) => `| ${code} | ${means} |`)
  return ['| code | what it says |', '| --- | --- |', ...rows].join('\n')
}

function metricTable(): string {
  const rows = families.map(({name, type, labels, help}) => {
    const shown = labels.map(label => `\`${label}\``).join(' ')
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`
  })
  return ['| metric | type | labels | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function withSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start === -1 || end === -1) throw new Error(`the marks of section ${name} are missing`)
  return `${text.slice(0, start + open.length)}\n${content.trim()}\n${text.slice(end)}`
}
