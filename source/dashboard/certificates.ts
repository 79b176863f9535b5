/** What is wrong, or soon will be, with the certificates that clients are shown: in a word or two, as long as it lasts. */
import type {Snapshot} from '../control/control.ts'
import type {Piece} from './text.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** As of the events that say so, too. */
const WARN_MS = 14 * DAY_MS

/** The worst of them all; nothing while all is well. */
export function certificateTrouble({certificates = [], at}: Snapshot): Piece[] {
  const left = Math.min(...certificates.map(({expiresAt}) => expiresAt - at))
  if (left <= 0) return [['bad.strong', 'CERT EXPIRED   ']]
  if (certificates.some(({problem}) => problem !== undefined)) return [['bad.strong', 'CERT NOT REPLACED   ']]
  if (left > WARN_MS) return []
  const days = Math.floor(left / DAY_MS)
  return [['warn.strong', `CERT EXPIRES ${days < 1 ? 'TODAY' : `IN ${days} d`}   `]]
}
