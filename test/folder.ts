/** Folders of a test's own, gone with it. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Pair} from './tls/certificates.ts'

interface Ending {
  after(step: () => void): void
}

/** Gives its path. */
export function newFolder(t: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  // Programs that end at that moment may still write into it.
  t.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))
  return folder
}

export class Folder {
  readonly path: string

  constructor(t: Ending) {
    this.path = newFolder(t)
  }

  /** Gives the path. */
  write(name: string, text: string): string {
    const path = join(this.path, name)
    writeFileSync(path, text)
    return path
  }

  writePair(name: string, {certificate, key}: Pair): {certificate: string; key: string} {
    return {certificate: this.write(`${name}.pem`, certificate), key: this.write(`${name}.key`, key)}
  }
}
