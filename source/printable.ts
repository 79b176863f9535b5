/** The one function that neutralises untrusted text before it meets a terminal or a log (CWE-150, CWE-117). */

/**
 * What must never reach a terminal as it is: control characters (C0, DEL, C1), lone surrogates, line and
 * paragraph separators, and all that is invisible or turns the writing direction (bidi overrides and
 * isolates, zero-width characters, tags, variation selectors, fillers). A skin tone without somebody to have it, too:
 * it joins whatever is before it, a `/` or our own frame, and terminals give that one column, two or three.
 */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]|(?<!\p{Emoji_Modifier_Base})\p{Emoji_Modifier}/gu
/** What is kept or left out whole: a character, with its skin tone. */
const characters = /\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|./gsu

/**
 * Takes any text; gives the same text with every dangerous character spelt out, `\x1b` or `\u{202e}`. A
 * backslash stays as it is: the result is for eyes, not for decoding.
 * `maxLength` is in UTF-16 units and includes the `…` that marks a cut; an escape or a surrogate pair is
 * never cut in the middle.
 */
export function printable(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  // An escape is never shorter than what it stands for: what follows cannot be in the result anyway.
  const start = text.length > maxLength ? text.slice(0, Math.max(0, maxLength) + 1) : text
  const shown = start.replace(unprintable, escaped)
  return shown.length > maxLength ? cut(start, maxLength) : shown
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

function cut(text: string, maxLength: number): string {
  if (maxLength < 1) return ''
  let kept = ''
  for (const [character] of text.matchAll(characters)) {
    const shown = character.replace(unprintable, escaped)
    if (kept.length + shown.length > maxLength - 1) break
    kept += shown
  }
  return `${kept}…`
}

/** The same for text whose line ends are ours, such as a stack trace: each line by itself. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map(line => printable(line))
    .join('\n')
}
