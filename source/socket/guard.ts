/** Who may ask over TCP: whoever has the token, and no page of a browser, whatever name it calls us by. */
import {createHash, timingSafeEqual} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import type {ProblemCode} from './protocol.ts'

export interface GuardOptions {
  readonly token: string
  /** what Host may say, in lower case, without a port */
  readonly hosts: readonly string[]
}

export interface Objection {
  readonly code: ProblemCode
  readonly message: string
}

export type Guard = (request: IncomingMessage) => Objection | undefined

/** Gives what speaks against a request; undefined: nothing. */
export function guard({token, hosts}: GuardOptions): Guard {
  const known = new Set(hosts)
  const wanted = digest(token)
  return ({headers}) => {
    // A page that had its own name resolved to our address (DNS rebinding) still sends that name.
    if (!known.has(hostOf(headers.host)))
      return {code: 'forbidden', message: 'the Host field names none of control.hosts'}
    if (headers.origin !== undefined)
      return {code: 'forbidden', message: 'pages of a browser cannot control a proxy'}
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    // Digests are of one length, and comparing them takes the same time wherever they differ.
    if (given === undefined || !timingSafeEqual(digest(given), wanted))
      return {code: 'unauthorized', message: 'the token is missing or wrong'}
    return undefined
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function hostOf(field = ''): string {
  return field
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
}
