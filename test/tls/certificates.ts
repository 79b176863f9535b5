/** Real certificates, made on the spot: an authority and whatever it vouches for (X.509 v3, RFC 5280, in DER). */
import {generateKeyPairSync, type KeyObject, randomBytes, sign} from 'node:crypto'
import {isIPv4} from 'node:net'

const DAY_MS = 24 * 60 * 60 * 1000

export interface Pair {
  /** PEM */
  readonly certificate: string
  readonly key: string
}

export interface CertificateOptions {
  /** from now; negative: it has expired */
  readonly days?: number
}

export class Authority {
  /** PEM, to be trusted */
  readonly certificate: string
  readonly #name: string
  readonly #keys = generateKeyPairSync('ec', {namedCurve: 'P-256'})

  constructor(name = `Test authority ${randomBytes(4).toString('hex')}`) {
    this.#name = name
    this.certificate = this.#sign(name, this.#keys.publicKey, [extension('2.5.29.19', seq(bool(true)), true)])
  }

  /** A certificate for these names and addresses, and its key. */
  issue(names: readonly string[], {days = 90}: CertificateOptions = {}): Pair {
    const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
    const alternatives = names.map(name =>
      isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
    )
    const extensions = [extension('2.5.29.17', seq(...alternatives))]
    return {
      certificate: this.#sign(names[0] ?? 'nobody', publicKey, extensions, days),
      key: privateKey.export({type: 'pkcs8', format: 'pem'}),
    }
  }

  #sign(subject: string, publicKey: KeyObject, extensions: readonly Buffer[], days = 90): string {
    const algorithm = seq(oid('1.2.840.10045.4.3.2'))
    const expires = Date.now() + days * DAY_MS
    const toBeSigned = seq(
      der(0xa0, integer(Buffer.of(2))),
      integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
      algorithm,
      distinguished(this.#name),
      seq(time(Math.min(Date.now(), expires) - DAY_MS), time(expires)),
      distinguished(subject),
      publicKey.export({type: 'spki', format: 'der'}),
      der(0xa3, seq(...extensions)),
    )
    const signature = sign('sha256', toBeSigned, this.#keys.privateKey)
    return pem(seq(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature]))))
  }
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const {length} = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

function seq(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents)
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function bool(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 255 : 0))
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap(number => {
    const septets = [number & 127]
    for (let left = number >> 7; left > 0; left >>= 7) septets.unshift((left & 127) | 128)
    return septets
  })
  return der(0x06, Buffer.of(first * 40 + second, ...bytes))
}

function distinguished(commonName: string): Buffer {
  return seq(der(0x31, seq(oid('2.5.4.3'), der(0x0c, Buffer.from(commonName)))))
}

/** GeneralizedTime, which every reader takes. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')}`))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return seq(oid(id), ...(critical ? [bool(true)] : []), der(0x04, value))
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
