/** One field in the text of a head that has been judged already: for the few who ask for it after the parser went on. */
import {COLON, isBlank} from './characters.ts'

/**
 * The first value of a field, without the white space around it; undefined: there is none. `name` is in lower case.
 * `head` is whole, with CR LF after each line. Allocates nothing but the value.
 */
export function fieldValue(head: string, name: string): string | undefined {
  for (
    let line = head.indexOf('\r\n') + 2;
    line > 1 && line < head.length;
    line = head.indexOf('\r\n', line) + 2
  ) {
    const colon = line + name.length
    if (head.charCodeAt(colon) !== COLON || !namedAt(head, line, name)) continue
    let start = colon + 1
    let end = head.indexOf('\r\n', start)
    while (start < end && isBlank(head.charCodeAt(start))) start++
    while (end > start && isBlank(head.charCodeAt(end - 1))) end--
    return head.slice(start, end)
  }
  return undefined
}

function namedAt(head: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const octet = head.charCodeAt(at + index)
    const lower = octet >= 65 && octet <= 90 ? octet | 0x20 : octet
    if (lower !== name.charCodeAt(index)) return false
  }
  return true
}
