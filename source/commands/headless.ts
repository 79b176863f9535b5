/** The proxy without a dashboard: a ready line, a line for each event, and a summary at the end. */
import {fstatSync} from 'node:fs'
import {setBlocking} from '../blocking.ts'
import type {ControlEvent, EventLevel, Snapshot} from '../control/control.ts'
import type {Controller} from '../control/controller.ts'
import {counted} from './print.ts'

const words: Readonly<Record<EventLevel, string>> = {info: 'info', good: 'ok', warning: 'warn', bad: 'ERROR'}
/** syslog's numbers for them, as sd-daemon(3) has them at the beginning of a line */
const priorities: Readonly<Record<EventLevel, number>> = {info: 6, good: 6, warning: 4, bad: 3}

/** What is not read waits in memory, up to so much; lines beyond that are dropped. */
const MOST_WAITING = 1024 * 1024

/** Prints what has happened so far and all that will. */
export function printEvents(controller: Controller, json: boolean): void {
  for (const output of [process.stdout, process.stderr]) setBlocking(output, false)
  const line = json ? JSON.stringify : isJournal(process.env) ? journalLine : eventLine
  const print = (event: ControlEvent) => {
    const output = outputOf(controller.snapshot())
    if (output.writableLength < MOST_WAITING) output.write(`${line(event)}\n`)
  }
  outputOf(controller.snapshot()).write(
    `${json ? JSON.stringify(readyEvent(controller.snapshot())) : readyLine(controller.snapshot())}\n`,
  )
  for (const event of controller.events.events) print(event)
  controller.onEvent(print)
}

/** Events and access log never mix: where that one has standard output, they go to standard error. */
export function outputOf({accessLog}: Snapshot): NodeJS.WriteStream {
  return accessLog?.path === 'stdout' ? process.stderr : process.stdout
}

function readyEvent({at, listeners, workers}: Snapshot) {
  return {id: 0, at, level: 'good', subject: 'proxy', text: 'listening', cause: 'start', listeners, workers}
}

export function readyLine({listeners, services, workers}: Snapshot): string {
  const instances = services.reduce((sum, service) => sum + service.instances.length, 0)
  const counts = [
    counted(services.length, 'service'),
    counted(instances, 'instance'),
    counted(workers, 'worker'),
  ]
  return `listening on ${listeners.join(', ')} (${counts.join(', ')})`
}

export function eventLine({at, level, subject, text, cause}: ControlEvent): string {
  return `${new Date(at).toISOString()} ${words[level].padEnd(5)} ${subject}: ${text} (${cause})`
}

/** The journal has the time itself, and can be asked for a priority. */
function journalLine({level, subject, text, cause}: ControlEvent): string {
  return `<${priorities[level]}>${subject}: ${text} (${cause})`
}

/** Whether what is written is read by systemd's journal, and not by whoever redirected it. */
function isJournal({JOURNAL_STREAM}: NodeJS.ProcessEnv): boolean {
  if (JOURNAL_STREAM === undefined) return false
  try {
    return [1, 2].some(fd => {
      const {dev, ino} = fstatSync(fd)
      return JOURNAL_STREAM === `${dev}:${ino}`
    })
  } catch {
    return false
  }
}

/** One line that remains on the terminal: `14m32s, 48,121 requests, 0.42 % errors in the last minute`. */
export function summary({at, startedAt, total}: Snapshot): string {
  const seconds = Math.round((at - startedAt) / 1000)
  const minutes = Math.floor(seconds / 60)
  const time = minutes === 0 ? `${seconds}s` : `${minutes}m${String(seconds % 60).padStart(2, '0')}s`
  const errors =
    total.errorShare === undefined
      ? ''
      : `, ${(total.errorShare * 100).toFixed(2)} % errors in the last minute`
  return `revproxy-tui ran for ${time}: ${counted(total.requests, 'request')}${errors}`
}
