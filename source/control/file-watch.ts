/** Notices that files may have changed, also where a new one is put in place of the old one. */
import {type FSWatcher, realpathSync, unwatchFile, watch, watchFile} from 'node:fs'
import {dirname} from 'node:path'
import {messageOf} from '../thrown.ts'

/** Files are written in several steps: they are looked at when nothing has happened for so long. */
const SETTLE_MS = 150
/** In a folder where something always happens, to a log for instance, they are looked at so long after the first of it. */
const MOST_MS = 1000
/** A folder that was replaced, and a link in the middle of a path that leads elsewhere now, the system does not tell. */
const LOOK_EVERY_MS = 2000

export interface FileWatchOptions {
  /** something has happened in a folder of one of the files */
  readonly stirred: () => void
  /** a folder cannot be watched: which, why, and what is done instead, in words */
  readonly unwatched: (text: string) => void
}

export class FileWatch {
  readonly #options: FileWatchOptions
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #unwatchable = new Set<string>()
  #paths: ReadonlySet<string> = new Set()
  #settling: NodeJS.Timeout | undefined
  /** when the first of what has happened since they were looked at did; on the clock of `performance.now()` */
  #stirredAt: number | undefined

  constructor(options: FileWatchOptions) {
    this.#options = options
  }

  /**
   * These files from here on. Their folders are watched: editors, and those who renew certificates, replace files. Where
   * one is a link, so is the folder of what it leads to.
   */
  follow(paths: Iterable<string>): void {
    const next = new Set(paths)
    for (const path of this.#paths) if (!next.has(path)) unwatchFile(path, this.#stir)
    for (const path of next)
      if (!this.#paths.has(path)) watchFile(path, {interval: LOOK_EVERY_MS, persistent: false}, this.#stir)
    this.#paths = next
    this.#unwatchable.clear()
    this.#watchFolders()
  }

  #watchFolders(): void {
    const folders = new Set([...this.#paths].flatMap(foldersOf))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders)
      if (!this.#watchers.has(folder) && !this.#unwatchable.has(folder)) this.#watch(folder)
  }

  close(): void {
    clearTimeout(this.#settling)
    for (const path of this.#paths) unwatchFile(path, this.#stir)
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    const failed = (error: unknown) => {
      this.#watchers.get(folder)?.close()
      this.#watchers.delete(folder)
      this.#unwatchable.add(folder)
      const instead = `its files are looked at every ${LOOK_EVERY_MS / 1000} s`
      this.#options.unwatched(`${folder} is not watched (${messageOf(error)}): ${instead}`)
    }
    try {
      const watcher = watch(folder, () => this.#stir())
      this.#watchers.set(folder, watcher)
      watcher.on('error', failed)
    } catch (error) {
      failed(error)
    }
  }

  readonly #stir = (): void => {
    const now = performance.now()
    this.#stirredAt ??= now
    clearTimeout(this.#settling)
    this.#settling = setTimeout(
      () => this.#settled(),
      Math.min(SETTLE_MS, Math.max(0, this.#stirredAt + MOST_MS - now)),
    )
  }

  #settled(): void {
    this.#stirredAt = undefined
    // Links may lead elsewhere now.
    this.#watchFolders()
    this.#options.stirred()
  }
}

function foldersOf(path: string): readonly string[] {
  try {
    return [dirname(path), dirname(realpathSync(path))]
  } catch {
    return [dirname(path)]
  }
}
