/** What the documentation says of keys, configuration and exit codes is what the code does. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {currentText, documents} from './documents.ts'
import {pages} from './screens.ts'

for (const {path, made} of documents) {
  test(`${path} says what the tables in the code say (else: npm run generate)`, () => {
    const current = currentText(path)
    assert.equal(current, made(current))
  })
}

test('every page on a screen shows one, and the index leads to every page', () => {
  const index = currentText('docs/screens/README.md')
  for (const page of pages.filter(path => !path.endsWith('README.md'))) {
    assert.match(currentText(page), /<!-- scene [\w-]+ -->/, page)
    assert.ok(index.includes(`](${page.slice('docs/screens/'.length)})`), page)
  }
})
