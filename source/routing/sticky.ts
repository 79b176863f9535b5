/**
 * Stickiness by cookie: a client that was answered by an instance is given a cookie that names it, and goes back there
 * while it is up. The value is signed, so that nobody chooses an instance by writing one.
 */
import {createHmac, timingSafeEqual} from 'node:crypto'
import {fieldValue} from '../http1/find-field.ts'

export interface CookieSettings {
  readonly name: string
  readonly secret?: string | undefined
  readonly maxAgeMs?: number | undefined
}

/** Whom a cookie can name. */
export interface Bound {
  readonly identity: number
  readonly config: {readonly key: string}
}

interface Named<Instance extends Bound> {
  readonly instance: Instance
  /** what the cookie must be, in bytes */
  readonly expected: Buffer
  readonly line: string
  readonly secureLine: string
}

export class StickyCookies<Instance extends Bound> {
  readonly #name: string
  /** by the part of the value that names an instance; nothing is signed while requests pass */
  readonly #byId = new Map<string, Named<Instance>>()

  /** `secret` signs where the file gives none. */
  constructor(service: string, cookie: CookieSettings, secret: string, instances: readonly Instance[]) {
    this.#name = cookie.name
    const maxAge = cookie.maxAgeMs === undefined ? '' : `; Max-Age=${Math.round(cookie.maxAgeMs / 1000)}`
    const attributes = `; Path=/; HttpOnly; SameSite=Lax${maxAge}`
    for (const instance of instances) {
      const id = instance.identity.toString(16)
      const signature = createHmac('sha256', cookie.secret ?? secret)
        .update(`${service}\n${instance.config.key}`)
        .digest('base64url')
      const value = `${id}.${signature}`
      const line = `Set-Cookie: ${cookie.name}=${value}${attributes}`
      this.#byId.set(id, {
        instance,
        expected: Buffer.from(value, 'latin1'),
        line: `${line}\r\n`,
        secureLine: `${line}; Secure\r\n`,
      })
    }
  }

  /** The instance that the request's cookie names; undefined: it has none, or one that we did not sign. */
  instanceIn(head: string): Instance | undefined {
    const value = cookieValue(fieldValue(head, 'cookie'), this.#name)
    if (value === undefined) return undefined
    const named = this.#byId.get(value.slice(0, Math.max(0, value.indexOf('.'))))
    if (named === undefined || value.length !== named.expected.length) return undefined
    return timingSafeEqual(Buffer.from(value, 'latin1'), named.expected) ? named.instance : undefined
  }

  /** The line that names `instance` to the client; empty: its request named it already. */
  lineFor(instance: Instance, head: string, isSecure: boolean): string {
    if (this.instanceIn(head) === instance) return ''
    const named = this.#byId.get(instance.identity.toString(16))
    if (named?.instance !== instance) return ''
    return isSecure ? named.secureLine : named.line
  }
}

/** The first cookie of that name (RFC 6265 §4.2.1). */
function cookieValue(cookies: string | undefined, name: string): string | undefined {
  if (cookies === undefined) return undefined
  for (let start = 0; start < cookies.length; ) {
    let end = cookies.indexOf(';', start)
    if (end === -1) end = cookies.length
    while (cookies.charCodeAt(start) === 32) start++
    if (cookies.startsWith(name, start) && cookies[start + name.length] === '=')
      return cookies.slice(start + name.length + 1, end).trimEnd()
    start = end + 1
  }
  return undefined
}
