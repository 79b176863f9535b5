/** A captured body as lines for reading: JSON with its shape, text as it is, anything else as hexadecimal. */
import type {CapturedBody} from '../control/requests.ts'
import {fieldOf} from './heads.ts'
import {unpacked} from './unpacked.ts'

const HEX_WIDTH = 16

export interface BodyLines {
  readonly as: 'json' | 'text' | 'hex'
  /** from the network: not safe to print */
  readonly lines: readonly string[]
}

/** `head` is that of the body's message. */
export function bodyLines(body: CapturedBody, head: string): BodyLines {
  const coding = body.hidden > 0 ? '' : (fieldOf(head, 'content-encoding') ?? '')
  const bytes = unpacked(body.bytes, coding)
  const text = textOf(bytes, body.isCut)
  if (text === undefined) return {as: 'hex', lines: hexLines(bytes)}
  const json = prettyJson(text)
  if (json !== undefined) return {as: 'json', lines: json.split('\n')}
  return {as: 'text', lines: text.replace(/\r?\n$/, '').split(/\r?\n/)}
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
