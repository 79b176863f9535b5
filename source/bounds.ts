/** The most that may be asked for, one bound each: of a file, a command, a key and the control socket alike. */

/** what an instance gets beside the others */
export const MAX_WEIGHT = 1000
/** requests that an instance gets at a time */
export const MAX_AT_A_TIME = 1_000_000
/** requests of a client in a time, and at once */
export const MAX_RATE = 1_000_000
