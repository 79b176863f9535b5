/** Which octets may stand where in a message: one table of flags for the grammars of RFC 9110 and RFC 9112. */

/** RFC 9110 §5.6.2: tchar */
export const TOKEN = 1
/** RFC 9110 §5.5: field-vchar, SP, HTAB; obs-text passes, every other control octet does not */
export const FIELD_VALUE = 2
/** what we let stand in a request-target: visible US-ASCII but `#`, which RFC 9112 §3.2 gives no place */
export const TARGET = 4
/** RFC 3986 §3.2.2: unreserved and sub-delims of a reg-name; no percent-encoding, which no host name needs */
export const REG_NAME = 8
export const DIGIT = 16
export const HEX = 32

export const CR = 13
export const LF = 10
export const SP = 32
const HTAB = 9
export const COLON = 58

function flagsOf(octet: number): number {
  const char = String.fromCharCode(octet)
  let flags = 0
  if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(char)) flags |= TOKEN
  if (octet === HTAB || (octet >= SP && octet !== 127)) flags |= FIELD_VALUE
  if (octet > SP && octet < 127 && char !== '#') flags |= TARGET
  if (/[A-Za-z0-9\-._~!$&'()*+,;=]/.test(char)) flags |= REG_NAME
  if (/[0-9]/.test(char)) flags |= DIGIT
  if (/[0-9A-Fa-f]/.test(char)) flags |= HEX
  return flags
}

/** Flags by octet. Index it with a latin1 char code: a string decoded as latin1 has one for each octet. */
export const flags: Uint8Array = Uint8Array.from({length: 256}, (_, octet) => flagsOf(octet))

/** Whether all of text[start..end) has `flag`. */
export function every(text: string, start: number, end: number, flag: number): boolean {
  for (let at = start; at < end; at++) {
    if (((flags[text.charCodeAt(at)] ?? 0) & flag) === 0) return false
  }
  return true
}

/** The number that the digits text[start..end) are, exact up to 15 of them. Without a string of its own for each. */
export function numberOf(text: string, start: number, end: number): number {
  let number = 0
  for (let at = start; at < end; at++) number = number * 10 + text.charCodeAt(at) - 48
  return number
}

/**
 * `text` without the OWS around it. Not `trim`, which takes more than SP and HTAB; not a regex, whose `[ \t]+$` takes
 * quadratic time for white space in the middle.
 */
export function withoutBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

export function isBlank(octet: number): boolean {
  return octet === SP || octet === HTAB
}

export function isToken(text: string): boolean {
  return text.length > 0 && every(text, 0, text.length, TOKEN)
}
