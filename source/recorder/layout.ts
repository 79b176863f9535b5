/**
 * The flight recorder's memory: rings of slots in shared memory, written by workers and read by whoever looks.
 * One writer a ring, no locks: a slot's sequence is cleared before it is written and set after, and a reader that finds
 * it changed throws its copy away. So looking costs a worker nothing, and recording allocates nothing.
 */

/** Numbers of a slot, as 64-bit floats, before its text. Times are ms after STARTED_AT, -1 where there was none. */
export const Slot = {
  /** rises by one with each request of a worker; 0: empty, or being written */
  SEQUENCE: 0,
  /** epoch ms at which the head was complete */
  STARTED_AT: 1,
  /** what the client got; 0: nothing */
  STATUS: 2,
  /** index of the fault table plus one; 0: none */
  FAULT: 3,
  /** the service's number plus one; 0: none */
  SERVICE: 4,
  STRATEGY: 5,
  /** instances that could be picked, at the last pick */
  CANDIDATES: 6,
  BYTES_IN: 7,
  BYTES_OUT: 8,
  MINOR: 9,
  /** the response head was there */
  RESPONDED: 10,
  ENDED: 11,
  CLIENT_PORT: 12,
  /** the how manieth connection of this worker, and the how manieth request on it */
  CONNECTION: 13,
  REQUEST_ON_CONNECTION: 14,
  /** all attempts, of which the last MAX_ATTEMPTS are kept */
  ATTEMPTS: 15,
  /** why there was no further attempt: index of `refusals` plus one */
  REFUSAL: 16,
  /** lengths of the texts as they were, and as they are kept */
  REQUEST_HEAD: 17,
  REQUEST_HEAD_KEPT: 18,
  RESPONSE_HEAD: 19,
  RESPONSE_HEAD_KEPT: 20,
  ADDRESS_KEPT: 21,
  DETAIL_KEPT: 22,
  /** bits: see `Flag` */
  FLAGS: 23,
  /** number of the service whose split applied, plus one; 0: none */
  ROUTED: 24,
  /** what control calls the state that the service's instances were in, at the last pick */
  SELECTION: 25,
  /** ids that were made for it: see `Made` */
  MADE: 26,
  /** ms that it waited for an instance with room, all such waits together */
  QUEUED: 27,
  ATTEMPT: 28,
} as const

/** Numbers of one attempt, from Slot.ATTEMPT on. */
export const Attempt = {
  /** the instance's number within its service */
  INSTANCE: 0,
  FAULT: 1,
  STATUS: 2,
  STARTED: 3,
  /** the connection was there, and the request's head was sent on it */
  CONNECTED: 4,
  ENDED: 5,
  /** exchanges on that connection, this one included: 1 is a new one */
  USES: 6,
  /** as Slot.SELECTION, at the pick for this attempt */
  SELECTION: 7,
} as const

export const Flag = {
  UPGRADED: 1,
  RESPONSE_BROKEN: 2,
  BODY_GONE: 4,
  TLS_1_2: 8,
  TLS_1_3: 16,
  STICKY: 32,
  ON_PURPOSE: 64,
} as const

export const ATTEMPT_NUMBERS = 8
export const MAX_ATTEMPTS = 4
const HEADER_BYTES = (Slot.ATTEMPT + MAX_ATTEMPTS * ATTEMPT_NUMBERS + 4) * 8

/** Why a failed attempt was not followed by another one. */
export const refusals = ['response-started', 'unsafe', 'body-gone', 'spent', 'total-time', 'budget'] as const
export type Refusal = (typeof refusals)[number]

/** How many slots a ring has, and how big they are. */
export interface RingShape {
  readonly slots: number
  /** a multiple of 8 */
  readonly slotBytes: number
}

export const textOffset = HEADER_BYTES

/** What all workers together keep: every request, and the problems once more, so that traffic cannot push them out. */
export const TOTAL_RECENT = 20_000
export const TOTAL_PROBLEMS = 2_000
const RECENT_SLOT_BYTES = HEADER_BYTES + 1056
const PROBLEM_SLOT_BYTES = HEADER_BYTES + 7200

export interface RecorderCells {
  readonly recent: SharedArrayBuffer
  readonly problems: SharedArrayBuffer
}

export function recentShape(workers: number): RingShape {
  return {slots: Math.ceil(TOTAL_RECENT / workers), slotBytes: RECENT_SLOT_BYTES}
}

export function problemsShape(workers: number): RingShape {
  return {slots: Math.ceil(TOTAL_PROBLEMS / workers), slotBytes: PROBLEM_SLOT_BYTES}
}

/** The rings of one worker among `workers`. Untouched memory costs nothing until it is written. */
export function newRecorderCells(workers: number): RecorderCells {
  const bytes = ({slots, slotBytes}: RingShape) => new SharedArrayBuffer(slots * slotBytes)
  return {recent: bytes(recentShape(workers)), problems: bytes(problemsShape(workers))}
}
