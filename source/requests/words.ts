/** Numbers of single requests in words, as sentences and exports say them. */

/** `0.4 ms`, `119 ms`, `2.1 s`, `3 min`: never more than is known. */
export function spanText(ms: number): string {
  if (ms < 10) return `${rounded(ms)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${rounded(ms / 1000)} s`
  return `${Math.round(ms / 60_000)} min`
}

/** A limit that passed, known from what it took: a clock looks every 50 ms, so it was never less. */
export function limitText(ms: number): string {
  if (ms < 1000) return spanText(ms)
  return spanText(Math.floor(ms / 100) * 100)
}

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${rounded(bytes / 1000)} kB`
  return bytes < 1e9 ? `${rounded(bytes / 1e6)} MB` : `${rounded(bytes / 1e9)} GB`
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10)
}
