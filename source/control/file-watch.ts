/** Notices that files may have changed, also where a new one is put in place of the old one. */
import {type FSWatcher, watch} from 'node:fs'
import {dirname} from 'node:path'
import {messageOf} from '../thrown.ts'

/** Files are written in several steps: they are looked at when nothing has happened for so long. */
const SETTLE_MS = 150

export interface FileWatchOptions {
  /** something has happened in a folder of one of the files */
  readonly stirred: () => void
  /** a folder cannot be watched, and why */
  readonly unwatched: (folder: string, why: string) => void
}

export class FileWatch {
  readonly #options: FileWatchOptions
  readonly #watchers = new Map<string, FSWatcher>()
  #settling: NodeJS.Timeout | undefined

  constructor(options: FileWatchOptions) {
    this.#options = options
  }

  /** These files from here on. Their folders are watched: editors, and those who renew certificates, replace files. */
  follow(paths: Iterable<string>): void {
    const folders = new Set([...paths].map(path => dirname(path)))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  close(): void {
    clearTimeout(this.#settling)
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    const failed = (error: unknown) => {
      this.#watchers.get(folder)?.close()
      this.#watchers.delete(folder)
      this.#options.unwatched(folder, messageOf(error))
    }
    try {
      const watcher = watch(folder, () => this.#stir())
      this.#watchers.set(folder, watcher)
      watcher.on('error', failed)
    } catch (error) {
      failed(error)
    }
  }

  #stir(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(this.#options.stirred, SETTLE_MS)
  }
}
