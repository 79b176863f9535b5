/** Takes the secrets out of a recorded head: the scheme and at most four characters of each stay, to tell them apart. */

/** Always; a configuration can add to them. */
const secretFields = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']

const KEPT = 4
/** A secret of which four characters would be a good part loses all of them. */
const LONG_ENOUGH = 16

/** A field of a line, however badly it is written: what a parser refused may hold a secret too. */
const fieldLine = /^[ \t]*([^\s:]+)[ \t]*:[ \t]*/

export type Redact = (head: string) => string

/** `more`: names of fields, in any case. */
export function redactor(more: readonly string[]): Redact {
  const names = new Set([...secretFields, ...more.map(name => name.toLowerCase())])
  const alternatives = [...names].map(name => name.replace(/[^\w-]/g, '\\$&')).join('|')
  // Nearly every head has none: one look then.
  const any = new RegExp(`[\\r\\n][ \\t]*(?:${alternatives})[ \\t]*:`, 'i')
  return head => (any.test(head) ? redacted(head, names) : head)
}

function redacted(head: string, names: ReadonlySet<string>): string {
  let text = ''
  let hidden = false
  // With their ends, so that the head keeps its form.
  for (const [line] of head.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    const start = fieldLine.exec(line)
    const end = /[\r\n]*$/.exec(line)?.[0] ?? ''
    // A line that begins with a blank goes on with the one before it (RFC 9112 §5.2).
    const continued = hidden && /^[ \t]/.test(line)
    if (continued) {
      text += ` ...${end}`
      continue
    }
    const name = start?.[1]?.toLowerCase() ?? ''
    hidden = text !== '' && names.has(name)
    if (hidden && start !== null) {
      const value = line.slice(start[0].length, line.length - end.length)
      text += start[0] + hiddenValue(name, value) + end
    } else text += line
  }
  return text
}

function hiddenValue(name: string, value: string): string {
  if (name === 'cookie') return value.split(';').map(hiddenPair).join(';')
  if (name === 'set-cookie') {
    const [pair = '', ...attributes] = value.split(';')
    return [hiddenPair(pair), ...attributes].join(';')
  }
  const scheme = /^([A-Za-z][A-Za-z0-9-]*)[ \t]+(?=\S)/.exec(value)
  if (scheme !== null && name.endsWith('authorization')) {
    return scheme[0] + hiddenText(value.slice(scheme[0].length))
  }
  return hiddenText(value)
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
