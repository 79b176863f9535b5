/** Writes the generated parts of the documentation: `npm run generate`. */
import {writeFileSync} from 'node:fs'
import {currentText, documents, projectRoot} from './documents.ts'

for (const {path, made} of documents) {
  const current = currentText(path)
  const wanted = made(current)
  if (wanted === current) continue
  writeFileSync(new URL(path, projectRoot), wanted)
  process.stdout.write(`wrote ${path}\n`)
}
