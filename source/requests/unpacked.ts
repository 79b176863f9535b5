/** A body as it was before its Content-Encoding, as far as that can be had. */
import {brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync} from 'node:zlib'

/** A small body can unpack to a huge one: what is more than that stays packed. */
const MAX_UNPACKED = 1_048_576

const zlib = {maxOutputLength: MAX_UNPACKED, finishFlush: constants.Z_SYNC_FLUSH}

/** Of a body that was cut, as much as there is of it. */
const codings: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  gzip: bytes => gunzipSync(bytes, zlib),
  'x-gzip': bytes => gunzipSync(bytes, zlib),
  deflate: bytes => inflateSync(bytes, zlib),
  br: bytes =>
    brotliDecompressSync(bytes, {
      maxOutputLength: MAX_UNPACKED,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
  zstd: bytes =>
    zstdDecompressSync(bytes, {maxOutputLength: MAX_UNPACKED, finishFlush: constants.ZSTD_e_flush}),
}

/** `coding`: the value of Content-Encoding. What cannot be unpacked comes back as it is. */
export function unpacked(bytes: Uint8Array, coding: string): Uint8Array {
  const unpack = codings[coding.trim().toLowerCase()]
  if (unpack === undefined) return bytes
  try {
    return unpack(bytes)
  } catch {
    return bytes
  }
}
