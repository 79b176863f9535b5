/** Says in time, and once for each step, that a certificate will expire, and that it has. */
import type {CertificateSnapshot} from './control.ts'
import type {EventLog} from './event-log.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Whoever renews by a program does so with a third of ninety days left. */
const STEPS_DAYS = [14, 7, 3, 1, 0]
const LOOK_MS = 60 * 60 * 1000

export class CertificateExpiry {
  readonly #events: EventLog
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #certificates: readonly CertificateSnapshot[] = []
  /** by path: of what was said last, when that certificate expires, and how many steps have been passed */
  readonly #said = new Map<string, {readonly expiresAt: number; readonly passed: number}>()

  /** `now`: epoch ms. */
  constructor(events: EventLog, now: () => number) {
    this.#events = events
    this.#now = now
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  /** These are the certificates from here on. */
  look(certificates: readonly CertificateSnapshot[]): void {
    this.#certificates = certificates
    this.#look()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const {path, expiresAt} of this.#certificates) {
      const left = expiresAt - this.#now()
      const passed = STEPS_DAYS.filter(days => left <= days * DAY_MS).length
      const before = this.#said.get(path)
      this.#said.set(path, {expiresAt, passed})
      const known = before?.expiresAt === expiresAt ? before.passed : 0
      if (passed <= known) continue
      if (left <= 0) this.#events.add('bad', 'proxy', `certificate ${path} has expired`, 'tls')
      else this.#events.add('warning', 'proxy', `certificate ${path} expires in ${daysText(left)}`, 'tls')
    }
  }
}

function daysText(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  return days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`
}
