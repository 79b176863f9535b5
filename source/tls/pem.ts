/** What has to be in the PEM files of TLS, and what is wrong when it is not. Pure: texts in, words out. */
import {createPrivateKey, type KeyObject, X509Certificate} from 'node:crypto'

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** lower case, exact or `*.name`; those that it is for (its own first: the subject alternative names) */
  readonly names: readonly string[]
  /** epoch ms */
  readonly startsAt: number
  readonly expiresAt: number
}

/** `in` says which of the two files it is about; the problem completes "certificate: ..." or "key: ...". */
export type PairRead =
  | {readonly facts: CertificateFacts; readonly problem?: undefined}
  | {readonly problem: string; readonly in: 'certificate' | 'key'}

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** A certificate with its chain, and its key: each whole, and one belonging to the other. */
export function readPair(certificateText: string, keyText: string): PairRead {
  const chain = certificatesIn(certificateText)
  if (typeof chain === 'string') return {problem: chain, in: 'certificate'}
  const [own] = chain
  if (own === undefined) return {problem: 'the file holds no certificate', in: 'certificate'}
  const key = keyIn(keyText)
  if (typeof key === 'string') return {problem: key, in: 'key'}
  if (!own.checkPrivateKey(key))
    return {problem: 'the key does not belong to the (first) certificate', in: 'key'}
  return {facts: factsOf(own)}
}

/** The names of a certificate that is known to be one. */
export function certificateNames(text: string): readonly string[] {
  return namesOf(new X509Certificate(text))
}

/** What is wrong with the certificates of those who may vouch for others; undefined: nothing. */
export function authoritiesProblem(text: string): string | undefined {
  const certificates = certificatesIn(text)
  return typeof certificates === 'string' ? certificates : undefined
}

function certificatesIn(text: string): readonly X509Certificate[] | string {
  const blocks = text.match(certificatePattern) ?? []
  if (blocks.length === 0)
    return 'the file holds no certificate in PEM; expected "-----BEGIN CERTIFICATE-----"'
  const certificates: X509Certificate[] = []
  for (const [index, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block))
    } catch {
      return `certificate ${index + 1} of ${blocks.length} in the file is damaged`
    }
  }
  return certificates
}

function keyIn(text: string): KeyObject | string {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'the key is encrypted, and a proxy that starts by itself can ask nobody; decrypt it'
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return 'the file holds no private key in PEM; expected "-----BEGIN PRIVATE KEY-----"'
  try {
    return createPrivateKey(text)
  } catch {
    return 'the private key in the file is damaged, or of a kind that is not known'
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    names: namesOf(certificate),
    startsAt: Date.parse(certificate.validFrom),
    expiresAt: Date.parse(certificate.validTo),
  }
}

/** RFC 9525 §6: only subject alternative names count, not the common name. */
function namesOf({subjectAltName = ''}: X509Certificate): readonly string[] {
  // A name with something odd in it stands in quotes (CVE-2021-44532): it is no name of ours.
  const plain = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '')
  const names = plain.matchAll(/(?:^|, )(?:DNS|IP Address):([^,]+)/g)
  return [...names].map(([, name = '']) => name.toLowerCase().replace(/\.$/, ''))
}

/** RFC 9525 §6.3: whether one of `names` is for `host` (lower case, without final dot); a wildcard is for one label. */
export function isNamed(names: readonly string[], host: string): boolean {
  const dot = host.indexOf('.')
  const wildcard = dot === -1 ? undefined : `*${host.slice(dot)}`
  return names.some(name => name === host || name === wildcard)
}
