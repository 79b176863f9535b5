/** A session over the requests of the shop, pressed and read as a person does. */
import type {RequestView} from '../../source/control/requests.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {shopRequests} from './request-samples.ts'
import {shop} from './samples.ts'

process.env.TZ = 'UTC'

export function open(
  held: readonly RequestView[] = shopRequests,
  columns = 80,
  height = 24,
  readOnly = false,
): Session {
  const session = new Session(shop(), {columns, height}, {theme: plain, glyphs: glyphs(false), readOnly})
  come(session, held, true)
  return session
}

export function come(session: Session, requests: readonly RequestView[], isAnew = false): void {
  session.receive({requests, cursor: '', missed: 0, kept: requests.length}, isAnew)
}

/** Keys apart by blanks; `text:…` types the rest of the word. */
export function press(session: Session, keys: string) {
  let last: ReturnType<Session['press']> | undefined
  for (const key of keys.split(' ')) {
    const typed = key.startsWith('text:') ? [...key.slice(5)] : [key]
    for (const each of typed) last = session.press(each)
  }
  return last
}

export const selected = (session: Session) =>
  session
    .lines()
    .find(line => line.startsWith('▌'))
    ?.trim() ?? ''
export const text = (session: Session) => session.lines().join('\n')
export const footer = (session: Session) => session.lines().at(-1)?.trim() ?? ''
