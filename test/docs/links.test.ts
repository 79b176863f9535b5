/** Every link between the pages leads somewhere, and every page is reached from the index. */
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

function pagesIn(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true}).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'SECURITY.md'].map(name => join(root, name)),
  ...pagesIn(join(root, 'docs')),
]

/** Without code, which may hold anything. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, 'code')
}

function linksIn(path: string): ReadonlyArray<{readonly to: string; readonly anchor: string}> {
  return [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter(link => !/^[a-z]+:/.test(link))
    .map(link => {
      const [file = '', anchor = ''] = link.split('#')
      return {to: file === '' ? path : resolve(dirname(path), file), anchor}
    })
}

/** As GitHub makes them of headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)]
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test('every link leads to a file that there is, and to a heading in it', () => {
  const broken: string[] = []
  for (const page of pages) {
    for (const {to, anchor} of linksIn(page)) {
      const where = `${relative(root, page)} → ${relative(root, to)}${anchor === '' ? '' : `#${anchor}`}`
      if (!existsSync(to)) broken.push(where)
      else if (anchor !== '' && statSync(to).isFile() && !anchorsOf(to).has(anchor)) broken.push(where)
    }
  }
  assert.deepEqual(broken, [])
})

test('every page is reached from the index of the documentation', () => {
  const seen = new Set<string>()
  const visit = (page: string) => {
    if (seen.has(page) || !page.endsWith('.md') || !existsSync(page)) return
    seen.add(page)
    for (const {to} of linksIn(page)) visit(to)
  }
  visit(join(root, 'docs', 'README.md'))
  assert.deepEqual(
    pages
      .filter(page => !seen.has(page) && page !== join(root, 'README.md'))
      .map(page => relative(root, page)),
    [],
  )
})
