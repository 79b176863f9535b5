/** How an instance is asked for TLS: the same for requests, health checks and replays. */
import type {Socket} from 'node:net'
import {type ConnectionOptions, createSecureContext, type SecureContext, TLSSocket} from 'node:tls'

/** As in the configuration, with what the file of authorities says in place of its path. */
export interface UpstreamTls {
  readonly verify: boolean
  /** PEM; undefined: those of Node */
  readonly ca: string | undefined
  readonly serverName: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

/** With AEAD only, as Mozilla's intermediate profile; TLS 1.3 has nothing else. */
export const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

export function upstreamContext({ca, minVersion}: UpstreamTls): SecureContext {
  return createSecureContext({minVersion, ciphers: CIPHERS, ...(ca === undefined ? {} : {ca})})
}

/** For `tls.connect`, beside where to connect. An address without a name is held against the certificate itself. */
export function upstreamOptions(
  {verify, serverName}: UpstreamTls,
  address: string,
  secureContext: SecureContext,
): ConnectionOptions {
  return {
    host: address,
    // RFC 6066 §3: without the dot of a fully qualified name.
    ...(serverName === undefined ? {} : {servername: serverName.replace(/\.$/, '')}),
    rejectUnauthorized: verify,
    secureContext,
    ALPNProtocols: ['http/1.1'],
  }
}

/** Whether it was the certificate that a connection failed by. */
export function isRejected(socket: Socket): boolean {
  return socket instanceof TLSSocket && Boolean(socket.authorizationError)
}
