/** An origin in Node: the slow instance, and the others where nginx is not installed. Arguments: port, delay in ms. */
import {createServer} from 'node:http'

const [port, delayMs] = process.argv.slice(2).map(Number)
const small = Buffer.from('Hello from the origin, forty-two bytes long')
const chunk = Buffer.alloc(4_096, 'A chunk is a length and as many bytes.\n')
const block = Buffer.alloc(1_048_576)

const server = createServer((request, response) => {
  request.resume()
  if (delayMs > 0) setTimeout(answer, delayMs, request.url, response)
  else answer(request.url, response)
})
server.keepAliveTimeout = 300_000
server.listen({port, host: '127.0.0.1', backlog: 4_096})

function answer(path, response) {
  if (path === '/1m') return sendBlocks(response, 1)
  if (path === '/100m') return sendBlocks(response, 100)
  if (path === '/chunked') {
    for (let count = 0; count < 4; count++) response.write(chunk)
    return response.end()
  }
  response.writeHead(200, {'content-type': 'text/plain', 'content-length': small.length}).end(small)
}

function sendBlocks(response, count) {
  response.writeHead(200, {'content-length': count * block.length})
  const next = () => {
    while (count > 0 && !response.destroyed) {
      count--
      if (!response.write(block)) return response.once('drain', next)
    }
    response.end()
  }
  next()
}
