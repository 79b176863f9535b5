/** What the system says of this process. */
import {readdirSync} from 'node:fs'

export interface ProcessReading {
  readonly cpuSeconds: number
  readonly residentBytes: number
  /** undefined: this system does not say */
  readonly openFiles: number | undefined
}

export function readProcess(): ProcessReading {
  const {user, system} = process.cpuUsage()
  return {
    cpuSeconds: (user + system) / 1_000_000,
    residentBytes: process.memoryUsage.rss(),
    openFiles: openFiles(),
  }
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
