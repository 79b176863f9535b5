/** A captured body as lines for reading: JSON with its shape, text as it is, anything else as hexadecimal. */
import {Buffer} from 'node:buffer'
import {brotliDecompressSync, constants, gunzipSync, inflateSync} from 'node:zlib'
import type {CapturedBody} from '../control/requests.ts'
import {fieldOf} from './heads.ts'

/** A small body can unpack to a huge one: what is more than that stays packed. */
const MAX_UNPACKED = 1_048_576
const HEX_WIDTH = 16

export interface BodyLines {
  readonly as: 'json' | 'text' | 'hex'
  /** from the network: not safe to print */
  readonly lines: readonly string[]
}

/** `head` is that of the body's message. */
export function bodyLines(body: CapturedBody, head: string): BodyLines {
  const bytes = unpacked(Buffer.from(body.bytes), fieldOf(head, 'content-encoding') ?? '', body)
  const text = textOf(bytes, body.bytes.length < body.length)
  if (text === undefined) return {as: 'hex', lines: hexLines(bytes)}
  const json = prettyJson(text)
  if (json !== undefined) return {as: 'json', lines: json.split('\n')}
  return {as: 'text', lines: text.replace(/\r?\n$/, '').split(/\r?\n/)}
}

function unpacked(bytes: Buffer, coding: string, {length}: CapturedBody): Buffer {
  // Of a body that was cut, as much as there is.
  const options = {maxOutputLength: MAX_UNPACKED, finishFlush: constants.Z_SYNC_FLUSH}
  try {
    switch (coding.trim().toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, options)
      case 'deflate':
        return inflateSync(bytes, options)
      case 'br':
        return bytes.length < length ? bytes : brotliDecompressSync(bytes, {maxOutputLength: MAX_UNPACKED})
      default:
        return bytes
    }
  } catch {
    return bytes
  }
}

/** undefined: not text. A cut may have fallen into the middle of a character. */
export function textOf(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes, {stream: cut})
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
}

function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += HEX_WIDTH) {
    const row = bytes.subarray(at, at + HEX_WIDTH)
    const hex = [...row].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
    const shown = [...row]
      .map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(HEX_WIDTH * 3 - 1)}  ${shown}`)
  }
  return lines
}
