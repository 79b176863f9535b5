/** Heads as they were recorded, which may be cut or no heads at all: their lines, fields and host. Pure. */

export interface HeadField {
  readonly name: string
  readonly value: string
}

/** The first line, without its end. */
export function firstLine(head: string): string {
  const end = head.search(/[\r\n]/)
  return end === -1 ? head : head.slice(0, end)
}

/** Method and target: what was refused may have neither, or anything in their place. */
export function requestLineOf(head: string): readonly [method: string, target: string] {
  const lineEnd = head.indexOf('\r')
  const end = lineEnd === -1 ? head.length : lineEnd
  const space = head.indexOf(' ')
  if (space === -1 || space > end) return [head.slice(0, end), '']
  const second = head.indexOf(' ', space + 1)
  return [head.slice(0, space), head.slice(space + 1, second === -1 || second > end ? end : second)]
}

/** The fields in their order. A line without its end was cut, and is left out. */
export function fieldsOf(head: string): readonly HeadField[] {
  const fields: HeadField[] = []
  const [, ...lines] = head.split(/\r\n|\r|\n/)
  for (const line of lines.slice(0, -1)) {
    if (line === '') break
    const colon = line.indexOf(':')
    if (colon < 1) continue
    fields.push({name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trim()})
  }
  return fields
}

/** The first value of a field; undefined without one. `name` in lower case. */
export function fieldOf(head: string, name: string): string | undefined {
  // Most heads do not have what is looked for, and this is asked of thousands.
  if (!head.toLowerCase().includes(name)) return undefined
  return fieldsOf(head).find(field => field.name.toLowerCase() === name)?.value
}

const hostField = /\nhost:[ \t]*([^\r\n]*)/i

/** The authority of an absolute target, else Host (RFC 9112 §3.2.2). */
export function hostOf(head: string, target: string): string {
  if (!target.startsWith('/') && target !== '*') {
    const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1]
    if (authority !== undefined) return authority
  }
  return hostField.exec(head)?.[1]?.trimEnd() ?? ''
}

/** Whether the message says that a body follows its head. */
export function announcesBody(head: string): boolean {
  if (fieldOf(head, 'transfer-encoding') !== undefined) return true
  const length = fieldOf(head, 'content-length')
  return length !== undefined && !/^0*$/.test(length)
}

/** What speaks of one connection only (RFC 9110 §7.6.1), with what Connection names. All in lower case. */
export function hopByHop(fields: readonly HeadField[]): ReadonlySet<string> {
  const names = new Set([
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
  ])
  for (const {name, value} of fields) {
    if (name.toLowerCase() !== 'connection') continue
    for (const option of value.toLowerCase().split(',')) names.add(option.trim())
  }
  // However they are named, these say where a message ends and where it goes.
  names.delete('host')
  names.delete('content-length')
  return names
}
