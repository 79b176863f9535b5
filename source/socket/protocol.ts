/** What can be asked over a control socket: one table, from which the server, the client, the schema and the documentation are made. */
// Longer than our files are: a table in two files is two tables.

import type {Command} from '../control/control.ts'
import {explainRequest, explanation} from './explain-shapes.ts'
import {batch, detail, inFlight, replayed, request} from './request-shapes.ts'
import {
  about,
  count,
  type Fields,
  flag,
  type JsonSchema,
  list,
  literal,
  object,
  oneOf,
  optional,
  type Shape,
  shortText,
  text,
} from './shape.ts'
import {command, comparison, controlEvent, definitions, outcome, setting, snapshot} from './shapes.ts'

/** Rises when something that was there is no longer, or means something else. */
export const API = 1

/** Who answers. */
export interface Info {
  readonly program: 'revproxy-tui'
  readonly version: string
  readonly api: number
  readonly pid: number
  /** epoch ms */
  readonly startedAt: number
  /** absolute path of the configuration's file */
  readonly config: string
  /** a proxy that starts answers nothing else yet */
  readonly phase: 'starting' | 'running' | 'draining'
}

export interface CommandBody {
  readonly command: Command
  /** who asks, for the event */
  readonly by: string | undefined
}

export interface CaptureBody {
  /** absent: no more bodies are kept */
  readonly filter: string | undefined
}

export interface ReplayBody {
  /** `address:port` each; none: the instance of the last attempt */
  readonly instances: readonly string[]
}

export interface Problem {
  readonly error: {readonly code: ProblemCode; readonly message: string}
}

/** Why there is no answer, and the HTTP status that says so. */
export const problems = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'wrong-method': 405,
  refused: 409,
  'too-large': 413,
  failed: 500,
  busy: 503,
  starting: 503,
} as const
export type ProblemCode = keyof typeof problems

const info = definitions.named(
  'Info',
  object<Info>({
    program: literal('revproxy-tui'),
    version: text,
    api: count,
    pid: count,
    startedAt: about('milliseconds since 1970, as all times are', count),
    config: text,
    phase: oneOf(['starting', 'running', 'draining']),
  }),
)

const problem = object<Problem>({
  error: object<Problem['error']>({code: oneOf(Object.keys(problems) as ProblemCode[]), message: text}),
})
definitions.named('Problem', problem)

/** The first line of a stream of snapshots, and every other one. */
const greeting = definitions.named('Greeting', object<{info: Info}>({info}))
const news = definitions.named('News', object({snapshot}))

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** `:id` stands for any segment */
  readonly path: string
  /** a read-only session is refused it */
  readonly changes: boolean
  readonly about: string
  /** each parameter of the query, and what it says */
  readonly query: Readonly<Record<string, string>>
  readonly body?: JsonSchema
  /** the answer; with `lines`, it comes as NDJSON and each line has one of these shapes */
  readonly answer: readonly JsonSchema[]
  readonly lines: boolean
}

const get = {method: 'GET', changes: false, query: {}, lines: false} as const

function body<T>(name: string, fields: Fields<T>): JsonSchema {
  return definitions.named(name, object<T>(fields)).schema
}

const shapes = (...all: ReadonlyArray<Shape<unknown>>) => all.map(({schema}) => schema)

export const endpoints = {
  info: {...get, path: '/v1', about: 'Who answers.', answer: shapes(info)},
  snapshot: {...get, path: '/v1/snapshot', about: 'All there is to see now.', answer: shapes(snapshot)},
  stream: {
    ...get,
    path: '/v1/stream',
    about:
      'A line that says who answers, then a snapshot a line. The first holds the latest 500 events, each later one those that are new. A reader that is slow gets fewer snapshots; one that reads nothing for 30 s is cut off.',
    query: {perSecond: 'so many snapshots a second, 1 to 8, and what a command has changed at once; 4'},
    answer: shapes(greeting, news),
    lines: true,
  },
  events: {
    ...get,
    path: '/v1/events',
    about: 'The latest 500 events, oldest first, and with `follow` those that come.',
    query: {after: 'only events with a higher id', follow: '`true`: the answer does not end'},
    answer: shapes(controlEvent),
    lines: true,
  },
  command: {
    ...get,
    method: 'POST',
    path: '/v1/commands',
    changes: true,
    about: 'Changes something. 200 when it was done, 409 when it was refused; the answer says why.',
    body: body<CommandBody>('CommandRequest', {
      command,
      by: optional(about('who asks, for the event', shortText(60))),
    }),
    answer: shapes(outcome),
  },
  compare: {
    ...get,
    path: '/v1/compare',
    about: 'What a reload would change now.',
    query: {path: 'another file on the proxy’s machine, by its absolute path; not over TCP'},
    answer: shapes(comparison),
  },
  settings: {
    ...get,
    path: '/v1/settings',
    about:
      'Settings of a service that can be changed while it runs, with their values in force; `set-setting` changes one.',
    query: {
      service: 'its name',
      instance: 'only what an instance may have of its own, by its `address:port`',
    },
    answer: shapes(list(setting)),
  },
  explain: {
    ...get,
    method: 'POST',
    path: '/v1/explain',
    about:
      'What would become of a request: which service, which instance, and why no other. Nothing is sent.',
    body: explainRequest,
    answer: shapes(explanation),
  },
  requests: {
    ...get,
    path: '/v1/requests',
    about:
      'Finished requests that are new since a cursor, oldest first: a line that says where the reader is then, and a request a line.',
    query: {
      after:
        'the cursor of the answer before; without it, and with one of a process before this one, what is held',
      limit: 'at most so many, the newest; 1000, and up to 20000',
      filter: 'only those that match, as in the dashboard',
      only: '`problems`: only those that failed, were retried, or were answered with 5xx',
    },
    answer: shapes(batch, request),
    lines: true,
  },
  request: {
    ...get,
    path: '/v1/requests/:id',
    about: 'One request, with its bodies where they were kept.',
    query: {reveal: '`true`: with what is hidden else'},
    answer: shapes(detail),
  },
  replay: {
    ...get,
    method: 'POST',
    path: '/v1/requests/:id/replay',
    changes: true,
    about: 'Sends a request once more, to each of these instances, or to the one it met last.',
    body: body<ReplayBody>('ReplayRequest', {instances: list(shortText(300), 1000)}),
    answer: shapes(list(replayed)),
  },
  inFlight: {
    ...get,
    path: '/v1/in-flight',
    about: 'Requests that are not over, oldest first.',
    answer: shapes(list(inFlight)),
  },
  capture: {
    ...get,
    method: 'PUT',
    path: '/v1/capture',
    changes: true,
    about: 'Keeps bodies of requests that match a filter; without one, keeps none and forgets them.',
    body: body<CaptureBody>('CaptureRequest', {filter: optional(shortText(2000))}),
    answer: shapes(object<{ok: boolean}>({ok: flag})),
  },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof endpoints
