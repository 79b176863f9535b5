/** What it means when a TLS handshake fails, in our own words: whatever a peer says of itself is not repeated. */

export type HandshakeFailure = 'certificate' | 'alert' | 'protocol'

export interface ToldFailure {
  readonly kind: HandshakeFailure
  /** completes "the handshake failed: ..." */
  readonly words: string
}

/** By the codes of Node for what OpenSSL finds (docs: "X509 certificate error codes"); other codes stand for themselves. */
const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for other names',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'its certificate has an invalid name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and not among those of tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from somebody who is not among those of tls.ca',
  UNABLE_TO_GET_ISSUER_CERT: 'nobody among those of tls.ca has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody among those of tls.ca has signed its certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody among those of tls.ca has signed its certificate',
  CERT_REVOKED: 'its certificate was revoked',
  INVALID_PURPOSE: 'its certificate is not for servers',
  CERT_UNTRUSTED: 'its certificate is not trusted',
  HOSTNAME_MISMATCH: 'its certificate is for other names',
}

/** `rejected`: the connection says that it was the certificate (its `authorizationError`). */
export function handshakeFailure(error: NodeJS.ErrnoException, rejected: boolean): ToldFailure {
  const code = error.code ?? ''
  if (rejected || code in certificateWords)
    return {kind: 'certificate', words: certificateWords[code] ?? `its certificate is invalid (${code})`}
  const alert = /^ERR_SSL_(?:TLSV1|SSLV3|TLSV13)_ALERT_(\w+)$/.exec(code)?.[1]
  if (alert !== undefined) return {kind: 'alert', words: `it refused with the alert ${spoken(alert)}`}
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
    case 'closed':
      return {kind: 'protocol', words: 'it closed the connection in the middle of it'}
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_RECORD_LAYER_FAILURE':
      return {kind: 'protocol', words: 'it does not speak TLS there'}
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_UNKNOWN_PROTOCOL':
      return {kind: 'protocol', words: 'no version of TLS that both allow'}
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return {kind: 'protocol', words: 'no cipher that both allow'}
    case 'ERR_SSL_HTTP_REQUEST':
      return {kind: 'protocol', words: 'it speaks plain HTTP'}
    default:
      return {
        kind: 'protocol',
        words: spoken(code.replace(/^ERR_(?:SSL|TLS)_/, '')) || 'for an unknown reason',
      }
  }
}

function spoken(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}
