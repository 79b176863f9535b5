/** Tokens in files: what lets a client over TCP in, read so that a mistake is said in words. */
import {readFile, stat} from 'node:fs/promises'
import {printable} from '../printable.ts'
import {codeOf, messageOf} from '../thrown.ts'

const MAX_BYTES = 4096

export class TokenError extends Error {}

/** @throws TokenError */
export async function readToken(path: string): Promise<string> {
  const name = printable(path, 300)
  let text: string
  try {
    const {mode, size} = await stat(path)
    if ((mode & 0o077) !== 0) throw new TokenError(`others may read the token in ${name}: chmod 600 it`)
    if (size > MAX_BYTES) throw new TokenError(`${name} is too large to be a token`)
    text = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof TokenError) throw error
    throw new TokenError(`the token cannot be read from ${name} (${codeOf(error) ?? messageOf(error)})`)
  }
  if (!/^[!-~]{16,200}$/.test(text))
    throw new TokenError(
      `${name} holds no token: expected 16 to 200 visible ASCII characters, without spaces`,
    )
  return text
}
