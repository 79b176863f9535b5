/** Takes the secrets out of a recorded head: the scheme and at most four characters of each stay, to tell them apart. */
import {bodyRedactor, type RedactBody} from './redact-body.ts'

/** Always; a configuration can add to them. */
const secretFields = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']

const KEPT = 4
/** A secret of which four characters would be a good part loses all of them. */
const LONG_ENOUGH = 16

export type Redact = (head: string) => string

/** How heads and bodies are shown. */
export interface Redaction {
  readonly head: Redact
  readonly body: RedactBody
}

/** `more`: further names of fields and of values in bodies that are secret. */
export function redaction(more: readonly string[]): Redaction {
  return {head: redactor(more), body: bodyRedactor(more)}
}

export const revealed: Redaction = {head: head => head, body: body => body}

/**
 * `more`: names of fields, in any case. What a parser refused may hold a secret too, so a field is found however badly
 * its line is written: after any sort of line end, with blanks around its name, and folded (RFC 9112 §5.2).
 */
export function redactor(more: readonly string[]): Redact {
  const names = [...secretFields, ...more].map(name => name.replace(/[^\w-]/g, '\\$&')).join('|')
  const fields = new RegExp(
    `([\\r\\n][ \\t]*)(${names})([ \\t]*:[ \\t]*)([^\\r\\n]*(?:(?:\\r\\n|\\r|\\n)[ \\t]+[^\\r\\n]*)*)`,
    'gi',
  )
  return head =>
    head.replace(fields, (_, before: string, name: string, colon: string, value: string) => {
      return before + name + colon + hiddenValue(name.toLowerCase(), value)
    })
}

function hiddenValue(name: string, value: string): string {
  if (name === 'cookie') return value.split(';').map(hiddenPair).join(';')
  if (name === 'set-cookie') {
    const [pair = '', ...attributes] = value.split(';')
    return [hiddenPair(pair), ...attributes.map(shownAttribute)].join(';')
  }
  const scheme = /^[A-Za-z][A-Za-z0-9-]{0,20}\s+(?=\S)/.exec(value)
  if (scheme !== null && name.endsWith('authorization')) {
    return scheme[0] + hiddenText(value.slice(scheme[0].length))
  }
  return hiddenText(value)
}

/** What RFC 6265bis knows of says nothing secret. */
function shownAttribute(attribute: string): string {
  return /^\s*(?:expires|max-age|domain|path|secure|httponly|samesite|partitioned|priority)\b/i.test(
    attribute,
  )
    ? attribute
    : ' ...'
}

/** `name=secret`: the name says which cookie it is. */
function hiddenPair(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals !== -1) return pair.slice(0, equals + 1) + hiddenText(pair.slice(equals + 1))
  return pair.trim() === '' ? pair : ' ...'
}

function hiddenText(secret: string): string {
  if (secret === '') return ''
  return `${secret.length >= LONG_ENOUGH ? secret.slice(0, KEPT) : ''}...`
}
