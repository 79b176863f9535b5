/** Rate limits as people write them: `10/s`, `600/m burst 1000`, `5/250ms`, `off`. */
import {MAX_RATE} from './bounds.ts'

/** A token bucket for each client: it holds `burst`, and `requests` come in each `perMs`. */
export interface RateLimit {
  readonly requests: number
  readonly perMs: number
  readonly burst: number
}

export const RATE_FORM = '10/s, 600/m burst 1000, 5/250ms, or off'

const units = {ms: 1, s: 1000, m: 60_000, h: 3_600_000} as const

/** The limit, where `off` (or 0) is none; undefined: it is not of that form. Whether the numbers may be, control says. */
export function parseRate(text: string): {readonly limit: RateLimit | undefined} | undefined {
  const words = text.trim().toLowerCase()
  if (/^(?:off|none|no limit|0)$/.test(words)) return {limit: undefined}
  const [, requests, length, unit, burst] =
    /^(\d{1,7})(?:\s*\/\s*(\d{1,7})?(ms|s|m|h))?(?:,?\s+burst\s+(\d{1,7}))?$/.exec(words) ?? []
  if (requests === undefined) return undefined
  const perMs = Number(length ?? 1) * units[(unit ?? 's') as keyof typeof units]
  return {limit: {requests: Number(requests), perMs, burst: Number(burst ?? requests)}}
}

/** The shortest way to write it that `parseRate` reads. */
export function rateForm(limit: RateLimit | undefined): string {
  if (limit === undefined) return 'off'
  const {requests, perMs, burst} = limit
  return `${requests}/${perText(perMs)}${burst === requests ? '' : ` burst ${burst}`}`
}

function perText(perMs: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    const count = perMs / units[unit]
    if (Number.isInteger(count)) return count === 1 ? unit : `${count}${unit}`
  }
  return `${perMs}ms`
}

const HOUR_MS = 3_600_000

/** Why a limit cannot be kept; undefined: it can. */
export function rateProblem({requests, perMs, burst}: RateLimit): string | undefined {
  const counts = [requests, burst].every(count => Number.isInteger(count) && count >= 1 && count <= MAX_RATE)
  if (!counts) return `requests and burst are whole numbers from 1 to ${MAX_RATE}`
  if (!(perMs >= 1 && perMs <= HOUR_MS)) return 'per is a time from 1ms to 1h'
  return (burst * perMs) / requests > HOUR_MS ? 'a burst has to be forgotten within an hour' : undefined
}
