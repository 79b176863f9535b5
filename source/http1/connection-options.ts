/** What the Connection fields of a message say (RFC 9110 §7.6.1). */
import {isToken, withoutBlanks} from './characters.ts'
import {Field, type FieldSpans} from './fields.ts'
import {MalformedMessage} from './malformed.ts'

/** Looking each field up among thousands of nominations would take its time; no sane peer nominates more than it has. */
const MAX_NOMINATED = 100

export interface ConnectionOptions {
  close: boolean
  keepAlive: boolean
  upgrade: boolean
  /** lower-case names of fields meant for one connection only; undefined when there are none */
  nominated: string[] | undefined
}

/**
 * Collects the members of every Connection line.
 * @throws MalformedMessage when a member is not a token, or too many are nominated
 */
export function readConnectionOptions(fields: FieldSpans, into: ConnectionOptions): void {
  into.close = false
  into.keepAlive = false
  into.upgrade = false
  into.nominated = undefined
  if (!fields.has(Field.CONNECTION)) return
  for (let index = 0; index < fields.count; index++) {
    if (fields.kind(index) === Field.CONNECTION) readLine(fields.value(index), into)
  }
}

function readLine(value: string, into: ConnectionOptions): void {
  if (value === 'keep-alive') {
    into.keepAlive = true
    return
  }
  for (const member of value.split(',')) {
    const name = withoutBlanks(member).toLowerCase()
    if (name === '') continue
    if (!isToken(name)) throw new MalformedMessage('CONNECTION')
    if (name === 'close') into.close = true
    else if (name === 'keep-alive') into.keepAlive = true
    else {
      if (name === 'upgrade') into.upgrade = true
      into.nominated ??= []
      if (into.nominated.length === MAX_NOMINATED) throw new MalformedMessage('CONNECTION')
      into.nominated.push(name)
    }
  }
}
