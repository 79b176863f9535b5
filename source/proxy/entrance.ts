/** How a client came in: what its listener says of all of its requests, and what its handshake said. */
import type {Listen} from '../config/config.ts'
import {Flag} from '../recorder/layout.ts'

export interface Entrance {
  readonly scheme: 'http' | 'https'
  /** plain requests are sent to this port, over TLS; undefined: they are served */
  readonly redirectPort: number | undefined
  /**
   * Names of the certificate that it was shown because it had asked for one of them; undefined: it asked for none, or for
   * one that no certificate has.
   */
  readonly names: readonly string[] | undefined
  /** for its records: see `Flag` */
  readonly flags: number
}

/** Where HTTPS is where nothing else is said (RFC 9110 §4.2.2). */
export const HTTPS_PORT = 443

/** Of a listener without TLS, among all of them. */
export function plainEntrance(listen: Listen, listens: readonly Listen[]): Entrance {
  return {scheme: 'http', redirectPort: redirectPortOf(listen, listens), names: undefined, flags: 0}
}

/** After the handshake of a client: the version of TLS that it took, and the names that it was promised. */
export function secureEntrance(
  listen: Listen,
  listens: readonly Listen[],
  version: string | null,
  names: readonly string[] | undefined,
): Entrance {
  const flags = version === 'TLSv1.2' ? Flag.TLS_1_2 : Flag.TLS_1_3
  return {scheme: 'https', redirectPort: redirectPortOf(listen, listens), names, flags}
}

function redirectPortOf(listen: Listen, listens: readonly Listen[]): number | undefined {
  if (listen.redirect === undefined) return undefined
  return (
    listen.redirect.port ?? listens.find(one => one !== listen && one.tls !== undefined)?.port ?? HTTPS_PORT
  )
}
