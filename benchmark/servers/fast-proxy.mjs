/** The smallest reverse proxy around fast-proxy, with undici behind it. */
import {createServer} from 'node:http'
import fastProxy from 'fast-proxy'
import {answered, forwardedFields, keptUpstream, listen, upstream} from './forwarding.mjs'

const {proxy} = fastProxy({base: upstream, undici: {connections: keptUpstream, pipelining: 1}})
const options = {rewriteHeaders: answered}

listen(
  createServer((request, response) => {
    delete request.headers.connection // the client's: the connection to the instance is kept
    Object.assign(request.headers, forwardedFields(request))
    proxy(request, response, request.url, options)
  }),
)
