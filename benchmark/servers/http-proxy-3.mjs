/** The smallest reverse proxy around http-proxy-3. */
import {Agent, createServer} from 'node:http'
import {createProxyServer} from 'http-proxy-3'
import {forwardedFields, keptUpstream, listen, upstream, via} from './forwarding.mjs'

const agent = new Agent({keepAlive: true, maxFreeSockets: keptUpstream})
const proxy = createProxyServer({target: upstream, agent})
proxy.on('error', (_error, _request, response) => response.destroy())
proxy.on('proxyRes', (answer, request) => {
  answer.headers.via = via
  answer.headers.connection = request.wasToClose ? 'close' : 'keep-alive'
})

listen(
  createServer((request, response) => {
    // It would pass the client's `Connection: close` on to the instance and lose a connection that could be kept.
    request.wasToClose = request.headers.connection === 'close'
    delete request.headers.connection
    Object.assign(request.headers, forwardedFields(request))
    proxy.web(request, response)
  }),
)
