/**
 * Open load: so many requests a second by a fixed schedule, whatever the answers take. A latency counts from when its
 * request was due, so a server that stalls is charged for all that it kept waiting. Arguments: port, path, requests a
 * second, seconds, connections. Prints what load.lua prints.
 */
import {connect} from 'node:net'

const [port, path, rate, seconds, connections] = process.argv.slice(2)
const tickMs = 1
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`

/** when each request that waits for a free connection was due */
const due = []
let nextDue = 0
const free = []
const latencies = []
let errors = 0

function open() {
  return new Promise((resolve, reject) => {
    const connection = {
      socket: connect({port: Number(port), host: '127.0.0.1', noDelay: true}),
      since: 0,
      left: -1,
    }
    connection.socket.once('connect', () => resolve(connection)).on('error', reject)
    connection.socket.on('data', piece => answered(connection, piece)).on('close', () => errors++)
  })
}

/** Answers have a Content-Length, and their heads come in one piece. */
function answered(connection, piece) {
  if (connection.left === -1) {
    const text = piece.latin1Slice()
    const head = text.indexOf('\r\n\r\n') + 4
    if (!text.startsWith('HTTP/1.1 200')) errors++
    connection.left = head + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
  }
  connection.left -= piece.length
  if (connection.left > 0) return
  connection.left = -1
  latencies.push(performance.now() - connection.since)
  free.push(connection)
  send()
}

function send() {
  while (nextDue < due.length && free.length > 0) {
    const connection = free.pop()
    connection.since = due[nextDue++]
    connection.socket.write(request, 'latin1')
  }
}

for (const connection of await Promise.all(Array.from({length: Number(connections)}, open)))
  free.push(connection)

const start = performance.now()
const end = start + Number(seconds) * 1_000
const timer = setInterval(() => {
  const now = Math.min(performance.now(), end)
  while (start + (due.length * 1_000) / Number(rate) < now)
    due.push(start + (due.length * 1_000) / Number(rate))
  send()
  if (now === end && latencies.length >= due.length) finish()
  if (performance.now() > end + 5_000) finish()
}, tickMs)

function finish() {
  clearInterval(timer)
  const sorted = Float64Array.from(latencies).sort()
  const micros = share => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1_000)
  const result = {
    requests: sorted.length,
    bytes: 0,
    seconds: Number(seconds),
    errors: errors + due.length - sorted.length,
  }
  console.log(
    `RESULT ${JSON.stringify({...result, p50: micros(0.5), p99: micros(0.99), p999: micros(0.999)})}`,
  )
  process.exit(0)
}
