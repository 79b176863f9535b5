/** Removes what killed processes left in the common folder: sockets that nobody listens on, and what they had half made. */
import {lstatSync, unlinkSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {connected, holderOf, identity, isAlive, takeGuard} from './claim.ts'
import {isSocketName} from './places.ts'

/** A socket that is being made is bound, but not listened on, for a moment. */
const MAKING_MS = 60_000
/** Whoever holds a guard holds it for a moment. */
const GUARDING_MS = 3_600_000
const halfMade = /^\.[0-9a-f]{8}$/
const guard = /^(.+\.sock)\.(none|\d+-\d+-\d+)\.\d+$/

/** Whatever cannot be removed stays where it is. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    try {
      await sweepOne(folder, name)
    } catch {
      // Somebody else was faster, or it is not ours.
    }
  }
}

async function sweepOne(folder: string, name: string): Promise<void> {
  const path = join(folder, name)
  if (isSocketName(name)) return removeDead(path)
  const age = Date.now() - lstatSync(path).mtimeMs
  if (halfMade.test(name) && age > MAKING_MS && (await connected(path)) === 'ECONNREFUSED') unlinkSync(path)
  const [, guarded = '', what] = guard.exec(name) ?? []
  // One for what lies there still counts: beside it, the next number would be taken by two.
  if (what === undefined || (identity(join(folder, guarded)) ?? 'none') === what) return
  if (age > GUARDING_MS && !isAlive(holderOf(path))) unlinkSync(path)
}

/** Only the very socket that was found dead, and only by the holder of its guard: who starts at this moment replaces it in the same way. */
async function removeDead(path: string): Promise<void> {
  const found = identity(path)
  if (found === undefined || !lstatSync(path).isSocket() || (await connected(path)) !== 'ECONNREFUSED') return
  const guard = takeGuard(`${path}.${found}`)
  if (guard === undefined) return
  try {
    if (identity(path) === found) unlinkSync(path)
  } finally {
    unlinkSync(guard)
  }
}
