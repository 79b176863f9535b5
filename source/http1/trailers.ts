/** Which trailer fields may be passed on (RFC 9110 §6.5.1). */
import type {FieldSpans} from './fields.ts'

/** Framing, routing, control, authentication and content fields: a recipient that merged them would be misled. */
const forbidden = new Set(
  `age authorization cache-control connection content-encoding content-length content-range content-type cookie date
  expect expires forwarded host if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive location
  max-forwards pragma proxy proxy-authenticate proxy-authorization proxy-connection range retry-after set-cookie te trailer
  transfer-encoding upgrade vary via warning www-authenticate x-real-ip`.split(/\s+/),
)

/** The lines of a trailer section that may go on, each with its CR LF. `nominated`: lower-case names that may not. */
export function withoutForbidden(trailers: FieldSpans, nominated: readonly string[]): string {
  let kept = ''
  for (let index = 0; index < trailers.count; index++) {
    const name = trailers.name(index).toLowerCase()
    if (forbidden.has(name) || name.startsWith('x-forwarded-') || nominated.includes(name)) continue
    kept += trailers.text.slice(trailers.lineStart(index), trailers.lineStart(index + 1))
  }
  return kept
}
