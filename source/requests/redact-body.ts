/**
 * Takes the secrets out of a captured body: values of JSON, forms, multipart forms and XML whose names tell that they are
 * secrets. It is done on the bytes as they lie there, so what is cut or no good JSON is redacted too, and the rest stays.
 */
import {Buffer} from 'node:buffer'
import type {CapturedBody} from '../control/requests.ts'
import {fieldOf} from './heads.ts'
import {secretNames} from './secret-names.ts'
import {unpacked} from './unpacked.ts'

/** `head` is that of the body's message. */
export type RedactBody = (body: CapturedBody, head: string) => CapturedBody

/** Texts here are latin1: one character an octet, so that what is not touched comes back octet by octet. */
const MASK = Buffer.from('••••••', 'utf8').toString('latin1')

type Replacement = (text: string, isSecret: (name: string) => boolean, hid: () => void) => string

/** `more`: names that are secret besides those that always are. A body with something hidden comes back unpacked. */
export function bodyRedactor(more: readonly string[]): RedactBody {
  const isSecret = secretNames(more)
  return (body, head) => {
    const plain = unpacked(body.bytes, fieldOf(head, 'content-encoding') ?? '')
    const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString('latin1')
    let hidden = 0
    let shown = text
    for (const replace of replacements(fieldOf(head, 'content-type') ?? '', text))
      shown = replace(shown, isSecret, () => {
        hidden++
      })
    return hidden === 0 ? body : {...body, bytes: Buffer.from(shown, 'latin1'), hidden}
  }
}

function replacements(type: string, text: string): readonly Replacement[] {
  if (/multipart\/form-data/i.test(type)) return [multipart, json, escapedJson]
  if (/x-www-form-urlencoded/i.test(type)) return [form]
  const all = [json, escapedJson, xml]
  return /^[^\s=&{<]{1,100}=[^\s&]*(?:&|$)/.test(text) ? [form, ...all] : all
}

const jsonName = /"((?:[^"\\\r\n]|\\.){1,100})"\s*:\s*/g
const jsonString = /"(?:[^"\\]|\\.)*"?/y
const jsonNumber = /-?\d[^,}\]\s]*/y

const json: Replacement = (text, isSecret, hid) => {
  let out = ''
  let from = 0
  jsonName.lastIndex = 0
  for (let found = jsonName.exec(text); found !== null; found = jsonName.exec(text)) {
    if (!isSecret(unescaped(found[1] ?? ''))) continue
    const start = jsonName.lastIndex
    const end = valueEnd(text, start)
    if (end === start) continue
    hid()
    out += `${text.slice(from, start)}"${MASK}"`
    from = end
    jsonName.lastIndex = end
  }
  return out + text.slice(from)
}

/** The end of a value that could be a secret; `start`, where it is none: true, false, null, nothing. */
function valueEnd(text: string, start: number): number {
  const first = text[start]
  if (first === '{' || first === '[') return blockEnd(text, start)
  const value = first === '"' ? jsonString : jsonNumber
  value.lastIndex = start
  return value.exec(text) === null ? start : value.lastIndex
}

/** Behind the bracket that closes the one at `start`, or the end of a text that was cut. */
function blockEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') {
      jsonString.lastIndex = at
      jsonString.exec(text)
      at = jsonString.lastIndex - 1
    } else if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1
  }
  return text.length
}

function unescaped(name: string): string {
  if (!name.includes('\\')) return name
  try {
    return String(JSON.parse(`"${name}"`))
  } catch {
    return name
  }
}

/** JSON within a string of JSON. */
const escapedJson: Replacement = (text, isSecret, hid) =>
  text.replace(
    /(\\"([^"\\\r\n]{1,100})\\"\s*:\s*)(?:\\"(?:[^"\\]|\\\\\\"|\\\\[^"])*(?:\\")?|-?\d[\d.eE+-]*)/g,
    (whole, before: string, name: string) => {
      if (!isSecret(name)) return whole
      hid()
      return `${before}\\"${MASK}\\"`
    },
  )

const form: Replacement = (text, isSecret, hid) =>
  text.replace(/(^|&)([^=&]{1,200})=([^&]+)/g, (whole, before: string, name: string) => {
    if (!isSecret(unquoted(name))) return whole
    hid()
    return `${before}${name}=${MASK}`
  })

function unquoted(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

const part =
  /(content-disposition:[^\r\n]{0,300}?\bname="?([^"\r\n;]{1,200})"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n){0,20}\r?\n)([\s\S]+?)(?=\r?\n--|$(?![\s\S]))/gi

const multipart: Replacement = (text, isSecret, hid) =>
  text.replace(part, (whole, before: string, name: string) => {
    if (!isSecret(name)) return whole
    hid()
    return before + MASK
  })

const xml: Replacement = (text, isSecret, hid) =>
  text.replace(
    /(<(?:[\w.-]{1,60}:)?([\w.-]{1,100})(?:\s[^<>]{0,500})?>)([^<]+)/g,
    (whole, before: string, name: string, value: string) => {
      if (value.trim() === '' || !isSecret(name)) return whole
      hid()
      return before + MASK
    },
  )
