/** What the documentation says of keys, configuration and exit codes is what the code does. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {currentText, documents} from './documents.ts'

for (const {path, made} of documents) {
  test(`${path} says what the tables in the code say (else: npm run generate)`, () => {
    const current = currentText(path)
    assert.equal(current, made(current))
  })
}
