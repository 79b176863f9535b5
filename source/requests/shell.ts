/** Any bytes as words of a POSIX shell, in printable ASCII: what is copied must do nothing but what it says. */

const harmless = /^[\w/.:@%+=,-]+$/
/** Stretches that can stand in single quotes (line feeds can), and those that cannot. */
const stretches = /[\n\x20-\x7e]+|[^\n\x20-\x7e]+/g

/** One word that the shell turns into these bytes. `text` is latin1; NUL, which no argument can hold, is left out. */
export function shellWord(text: string): string {
  const bytes = text.replaceAll('\0', '')
  if (harmless.test(bytes)) return bytes
  if (bytes === '') return "''"
  return bytes.replace(stretches, stretch =>
    // `$(...)` drops line feeds at the end: there are none in it.
    /[\n\x20-\x7e]/.test(stretch) ? quoted(stretch) : `"$(printf '${printfFormat(stretch)}')"`,
  )
}

/** A format that makes `printf` write these bytes, for use in single quotes; NUL as well. */
export function printfFormat(text: string): string {
  return text.replace(/[^\x20-\x7e]|[%'\\]/g, character => {
    if (character === '%') return '%%'
    if (character === "'") return "'\\''"
    if (character === '\\') return '\\\\'
    // Always three digits: what follows may be a digit.
    return `\\${(character.charCodeAt(0) & 0xff).toString(8).padStart(3, '0')}`
  })
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
