/** The pages on the screens: what stands on them is what the tests draw, and their keys are those of the table. */
import {readdirSync, readFileSync} from 'node:fs'
import {bindingsFor, keyTable} from '../../source/dashboard/keymap.ts'
import type {Screen} from '../../source/dashboard/view.ts'
import {fieldNames, fields} from '../../source/requests/filter-fields.ts'

/** The project's root: this file runs from build/test/generated. */
const root = new URL('../../../', import.meta.url)
const folder = new URL('docs/screens/', root)

export const pages: readonly string[] = readdirSync(folder)
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/screens/${name}`)

/** Fills what stands between `<!-- scene NAME -->`, `<!-- keys SCREEN -->` or `<!-- filter-fields -->` and its end. */
export function withScreens(text: string): string {
  return text.replace(
    /<!-- (scene|keys|filter-fields)( [\w-]+)? -->\n[\s\S]*?<!-- \/\1 -->/g,
    (_, what: string, name = '') =>
      `<!-- ${what}${name} -->\n${contentOf(what, name.trim())}\n<!-- /${what} -->`,
  )
}

function contentOf(what: string, name: string): string {
  if (what === 'filter-fields') return fieldTable()
  return what === 'scene' ? scene(name) : keysOf(name)
}

/** As it is stored beside the tests, without the blanks at line ends. */
function scene(name: string): string {
  const text = readFileSync(new URL(`test/dashboard/scenes/${name}.txt`, root), 'utf8')
  return ['```text', text.trimEnd().replace(/ +$/gm, ''), '```'].join('\n')
}

/** Those of the screen that there are not everywhere; `all`: all there are, and where. */
function keysOf(screen: string): string {
  if (screen === 'all') return keyTable().trim()
  const rows = bindingsFor(screen as Screen, {readOnly: false})
    .filter(([, {scope, sign}]) => scope !== 'everywhere' && scope !== 'list' && sign !== '')
    .map(([, {sign, label, more}]) => {
      const keys = sign.split(' ').map(key => `\`${key}\``)
      return `| ${keys.join(' ')} | ${label}${more === undefined ? '' : ` (${more})`} |`
    })
  return ['| key | what it does |', '|---|---|', ...rows].join('\n')
}

const kinds = {early: 'text', text: 'text', time: 'time', bytes: 'size', status: 'status', count: 'number'}

function fieldTable(): string {
  const rows = fieldNames.map(name => {
    const row = fields[name]
    return `| \`${name}\` | ${kinds[row.is === 'number' ? row.unit : row.is]} | ${row.about} |`
  })
  return ['| field | is a | what it asks about |', '|---|---|---|', ...rows].join('\n')
}
