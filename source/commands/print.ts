/** What commands print: columns, numbers and JSON, with nothing in it that a terminal would obey. */
import {printable} from '../printable.ts'

export function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

const LONG = 200
const LONGEST = 1200

/** Rows of cells in columns, two blanks between; those named are numbers, to the right. Cells are made safe. */
export function columns(rows: ReadonlyArray<readonly string[]>, right: readonly number[] = []): string {
  // Nothing stands beside the last one that it could push away: a finding is told to its end, where its hint is.
  const safe = rows.map(row =>
    row.map((cell, index) => printable(cell, index === row.length - 1 ? LONGEST : LONG)),
  )
  const widths: number[] = []
  for (const row of safe)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return safe
    .map(row => {
      const cells = row.map((cell, index) =>
        right.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}

export function ms(value: number | undefined): string {
  if (value === undefined) return '-'
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`
}

/** 0 to 1, in percent */
export function share(value: number | undefined): string {
  return value === undefined ? '-' : `${(value * 100).toFixed(2)} %`
}

/** `1 worker`, `48,121 requests` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export function age(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days}d${hours}h`
  if (hours > 0) return `${hours}h${minutes}m`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
