/** Requests as the text of a file, made in parts so that keys are answered in between. */
import {setImmediate} from 'node:timers/promises'
import type {RequestDetail} from '../control/requests.ts'
import {harLog} from '../requests/har.ts'
import {jsonLines} from '../requests/json-lines.ts'
import {version} from '../version.ts'

const PART = 100

export async function exportText(
  as: 'HAR' | 'JSON lines',
  details: readonly RequestDetail[],
  /** with what only the control knows of it */
  whole: (detail: RequestDetail) => RequestDetail | Promise<RequestDetail>,
): Promise<string> {
  const parts: string[] = []
  for (let at = 0; at < details.length; at += PART) {
    const part = details.slice(at, at + PART)
    if (as === 'HAR') {
      const {log} = harLog(await Promise.all(part.map(whole)), version())
      parts.push(...log.entries.map(entry => JSON.stringify(entry)))
    }
    if (as === 'JSON lines') parts.push(jsonLines(part.map(({request}) => request)))
    await setImmediate()
  }
  if (as === 'JSON lines') return parts.join('')
  const head = JSON.stringify(harLog([], version()))
  return `${head.slice(0, head.lastIndexOf('[]'))}[${parts.join(',\n')}]}}\n`
}
