/** How clients are spoken to over TLS: what is offered, and which certificate is shown for which name. */
import {constants} from 'node:crypto'
import {createSecureContext, type SecureContext, type TlsOptions} from 'node:tls'
import {certificateNames} from './pem.ts'
import {CIPHERS} from './upstream.ts'

/** A certificate with its chain, and its key, in PEM. */
export interface CertificatePair {
  readonly certificate: string
  readonly key: string
}

export interface ServerTls {
  /** at least one; the first is for all names that no certificate has, and for none */
  readonly pairs: readonly CertificatePair[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** 48 bytes, the same for all workers: a session begun at one of them is taken up by any other */
  readonly ticketKeys: Uint8Array
}

interface Shown {
  readonly names: readonly string[]
  readonly context: SecureContext
}

/** RFC 8446 has no renegotiation; in TLS 1.2 only attackers have a use for one that the client asks for. */
const SECURE_OPTIONS = constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_CIPHER_SERVER_PREFERENCE

/** The certificates of one listener by the names they are for. */
export class Certificates {
  readonly options: TlsOptions
  readonly #byName = new Map<string, Shown>()

  constructor({pairs, minVersion, ticketKeys}: ServerTls) {
    const common = {
      minVersion,
      ciphers: CIPHERS,
      secureOptions: SECURE_OPTIONS,
      ticketKeys: Buffer.from(ticketKeys),
      // One for all: without it, Node's is made of the command line, which is the same for all workers only by chance.
      sessionIdContext: 'revproxy-tui',
    }
    const secrets = (pair: CertificatePair | undefined) => ({
      cert: pair?.certificate ?? '',
      key: pair?.key ?? '',
    })
    for (const pair of pairs) {
      const names = certificateNames(pair.certificate)
      const shown = {names, context: createSecureContext({...common, ...secrets(pair)})}
      for (const name of names) if (!this.#byName.has(name)) this.#byName.set(name, shown)
    }
    this.options = {
      ...common,
      ...secrets(pairs[0]),
      ALPNProtocols: ['http/1.1', 'http/1.0'],
      SNICallback: (name, done) => done(null, this.#shownFor(name)?.context),
    }
  }

  /** Names of the certificate that is shown to whoever asks for `name`; undefined: none has it. */
  namesFor(name: string): readonly string[] | undefined {
    return this.#shownFor(name)?.names
  }

  /** RFC 9525 §6.3: an exact name, else a wildcard in place of the first label. */
  #shownFor(asked: string): Shown | undefined {
    const name = asked.toLowerCase().replace(/\.$/, '')
    const dot = name.indexOf('.')
    return this.#byName.get(name) ?? (dot === -1 ? undefined : this.#byName.get(`*${name.slice(dot)}`))
  }
}
