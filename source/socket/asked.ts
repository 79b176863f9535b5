/** What a request to the control asks for: which endpoint, with what body and how often; or the objection to it. */
import type {IncomingMessage} from 'node:http'
import {Objected} from './answers.ts'
import {type Endpoint, type EndpointName, endpoints} from './protocol.ts'
import {definitions} from './shapes.ts'
import {violations} from './violations.ts'

const MAX_BODY = 64 * 1024

export function perSecondIn(query: URLSearchParams): number {
  const text = query.get('perSecond') ?? '4'
  if (!/^[1-8]$/.test(text)) throw new Objected('bad-request', 'perSecond is no number from 1 to 8')
  return Number(text)
}

export function endpointOf(method: string, path: string): readonly [EndpointName, string] {
  let isPath = false
  for (const [name, endpoint] of Object.entries(endpoints) as ReadonlyArray<[EndpointName, Endpoint]>) {
    const pattern = new RegExp(`^${endpoint.path.replace(':id', '([\\w.:-]{1,60})')}$`)
    const found = pattern.exec(path)
    if (found === null) continue
    if (endpoint.method === method) return [name, found[1] ?? '']
    isPath = true
  }
  if (isPath) throw new Objected('wrong-method', 'there is something, but not for this method')
  throw new Objected('not-found', 'there is no such thing; GET /v1 says who answers')
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > MAX_BODY) throw new Objected('too-large', `the body is larger than ${MAX_BODY} bytes`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString())
  } catch {
    throw new Objected('bad-request', 'the body is no JSON')
  }
}

/** The body, where the endpoint has one: JSON of the shape that it says. */
export async function bodyFor({body: shape}: Endpoint, request: IncomingMessage): Promise<unknown> {
  if (shape === undefined) return undefined
  const value = await bodyOf(request)
  const [first] = violations(value, shape, definitions.all, 'the body')
  if (first !== undefined) throw new Objected('bad-request', first)
  return value
}
