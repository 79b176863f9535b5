/** What is known of something that was thrown: its words, its code and its stack. None of it is safe to print as it is. */

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** That of the system, such as ENOENT, or of Node; undefined: it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && error.code !== undefined
    ? String(error.code)
    : undefined
}

/** With where it was thrown, where that is known. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
