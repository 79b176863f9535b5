/** What a key asks of the world beside the proxy: the clipboard, a file, a request sent again. Types only. */

/** To whom a request is sent again. */
export type ReplayTarget = 'same' | 'another' | 'every'

export type Effect =
  /** `what` says in a word what is copied: curl, body */
  | {readonly type: 'copy'; readonly what: string; readonly text: string}
  | {readonly type: 'save'; readonly what: string; readonly name: string; readonly text: string}
  | {readonly type: 'replay'; readonly id: string; readonly target: ReplayTarget}
  /** keeps bodies of requests that match; undefined: no more */
  | {readonly type: 'capture'; readonly filter: string | undefined}
