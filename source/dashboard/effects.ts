/** What a key asks of the world beside the proxy: the clipboard, a file, a request sent again. Types only. */
import type {ExplainRequest} from '../control/explanation.ts'
import type {RequestDetail} from '../control/requests.ts'

export type Effect =
  /** `what` says in a word what is copied, `text` makes it of all that is held; undefined: there is no such thing */
  | {
      readonly type: 'copy'
      readonly what: 'curl' | 'body'
      readonly of: RequestDetail
      readonly reveals: boolean
      readonly text: (detail: RequestDetail) => string | undefined
    }
  | {readonly type: 'save'; readonly what: string; readonly name: string; readonly text: string}
  /** `withBodies`: there may be some that nobody has looked at yet */
  | {
      readonly type: 'export'
      readonly as: 'HAR' | 'JSON lines'
      readonly details: readonly RequestDetail[]
      readonly withBodies: boolean
    }
  /** to these instances; none: to the one of its last attempt */
  | {readonly type: 'replay'; readonly original: RequestDetail; readonly instances: readonly string[]}
  | {readonly type: 'mouse'; readonly on: boolean}
  /** asks what would become of a request; nothing is sent */
  | {readonly type: 'explain'; readonly request: ExplainRequest}
  /** asks which settings there are, for the list of them */
  | {readonly type: 'settings'; readonly service: string; readonly instance: string | undefined}
  /** saves the screen as it is drawn */
  | {readonly type: 'picture'}
  /** a body, read in the person's own program; the terminal is its own meanwhile */
  | {
      readonly type: 'pager'
      readonly of: RequestDetail
      readonly reveals: boolean
      readonly text: (detail: RequestDetail) => string | undefined
    }
  /** reads the configuration's file, and asks whether what differs is to be put into force */
  | {readonly type: 'compare'}
  /** keeps bodies of requests that match; undefined: no more */
  | {readonly type: 'capture'; readonly filter: string | undefined}
