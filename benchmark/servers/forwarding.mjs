/** What the proxies in Node have in common: their arguments, their limits and the fields that they add. */
const [listenPort, upstreamPort] = process.argv.slice(2).map(Number)

export {listenPort}
export const upstream = `http://127.0.0.1:${upstreamPort}`
export const keepAliveMs = 300_000
export const keptUpstream = 1_024
export const via = '1.1 node'

/** `request` is Node's. */
export function forwardedFields({headers, socket}) {
  const client = socket.remoteAddress
  return {
    'x-forwarded-for': client,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': headers.host,
    forwarded: `for=${client};host="${headers.host}";proto=http`,
    via,
  }
}

/** The instance's `Connection` is about its own connection; the client would take it for that of this one. */
export function answered(headers) {
  delete headers.connection
  delete headers['keep-alive']
  headers.via = via
  return headers
}

export function listen(server) {
  server.keepAliveTimeout = keepAliveMs
  server.listen({port: listenPort, host: '127.0.0.1', backlog: 4_096})
}
