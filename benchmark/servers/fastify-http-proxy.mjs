/** The smallest reverse proxy around @fastify/http-proxy. */
import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import {answered, forwardedFields, keepAliveMs, keptUpstream, listenPort, upstream} from './forwarding.mjs'

const app = fastify({keepAliveTimeout: keepAliveMs, bodyLimit: 1_073_741_824})
app.register(httpProxy, {
  upstream,
  undici: {connections: keptUpstream, pipelining: 1},
  replyOptions: {
    rewriteRequestHeaders: (request, headers) => Object.assign(headers, forwardedFields(request.raw)),
    rewriteHeaders: answered,
  },
})
await app.listen({port: listenPort, host: '127.0.0.1', backlog: 4_096})
