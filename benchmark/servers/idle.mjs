/** Holds connections that have each made one request and now wait. Arguments: port, path, how many. */
import {connect} from 'node:net'

const [port, path, count] = process.argv.slice(2)
const atOnce = 100

const sockets = []

/** One connection after the other, until there are enough. */
async function open() {
  while (sockets.length < Number(count)) {
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    await new Promise((resolve, reject) => {
      socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`))
      socket.once('data', resolve).once('error', reject).once('close', reject)
    })
    socket.removeAllListeners('error').removeAllListeners('close')
    socket.on('error', () => {}).on('close', () => giveUp(new Error('a connection was closed')))
  }
}

function giveUp(error) {
  console.error(error.message)
  process.exit(1)
}

process.on('SIGTERM', () => {
  // a reset leaves nothing behind that would hold the port for a minute
  for (const socket of sockets) socket.removeAllListeners('close').resetAndDestroy()
  process.exit(0)
})
process.stdin.on('close', () => process.exit(0)).resume()

await Promise.all(Array.from({length: atOnce}, open)).catch(giveUp)
console.log('open')
