/**
 * The same proxy, told to each in its own words: connections to the instances are kept, one thread, no log, and
 * X-Forwarded-For, -Proto, -Host, Forwarded and Via are added. With several instances, the fewest requests in
 * flight wins.
 */
import {appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {nginxCommand} from './nginx.mjs'

export const ourBinary = new URL('../dist/bin.js', import.meta.url).pathname

/** Connections that a proxy may keep open to an instance: more than any scenario needs. */
const keptUpstream = 1_024

/** Writes one file of configuration; gives its path. */
function written(folder, name, text) {
  mkdirSync(folder, {recursive: true})
  const path = join(folder, name)
  writeFileSync(path, text.trimStart())
  return path
}

/** `upstreams` are ports of this machine, or `address:port`. */
export const ourCommand =
  ({workers = 1, headless = true, policy, binary = () => ourBinary}) =>
  ({folder, port, upstreams}) => {
    const hosts = upstreams.map(upstream => {
      const [upstreamPort, address = '127.0.0.1'] = String(upstream).split(':').reverse()
      return `{address: ${address}, port: ${upstreamPort}}`
    })
    const path = written(
      folder,
      'ours.yaml',
      `
proxy:
  listen: {address: 127.0.0.1, port: ${port}}
  workers: ${workers}
  timeouts: {clientIdle: 300, upstreamIdle: 300}
  limits: {connections: 20000}
  services:
    - name: benchmark
      domain: "*"
      lbPolicy: ${policy ?? (upstreams.length > 1 ? 'LEAST_CONNECTIONS' : 'ROUND_ROBIN')}
      hosts: [${hosts.join(', ')}]
`,
    )
    return [process.execPath, binary(folder), path, ...(headless ? ['--headless'] : [])]
  }

/** The build once more, with what counts and records doing nothing: what all of that costs is the difference. */
const silenced = {
  'metrics/lane.js':
    "for (const name of ['start', 'finish', 'fault', 'retried']) Lane.prototype[name] = () => {}",
  'recorder/writer.js': 'RecorderWriter.prototype.record = () => 1',
}

export const bareCommand = ourCommand({
  binary: folder => {
    const copy = join(folder, 'dist')
    cpSync(join(ourBinary, '..'), copy, {recursive: true})
    for (const name of ['package.json', 'node_modules'])
      symlinkSync(join(ourBinary, '../..', name), join(folder, name))
    for (const [file, line] of Object.entries(silenced)) appendFileSync(join(copy, file), `\n${line}\n`)
    return join(copy, 'bin.js')
  },
})

export function nginxProxyCommand({folder, port, upstreams}) {
  return nginxCommand(
    folder,
    `
  upstream instances {
    ${upstreams.length > 1 ? 'least_conn;' : ''}
    ${upstreams.map(upstream => `server 127.0.0.1:${upstream};`).join(' ')}
    keepalive ${keptUpstream};
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    client_max_body_size 0;
    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      # bodies pass through as they come; nothing goes by way of the disk
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
      client_body_buffer_size 64k;
      proxy_buffers 8 32k;
      proxy_busy_buffers_size 64k;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header Forwarded "for=$remote_addr;host=\\"$http_host\\";proto=$scheme";
      proxy_set_header Via "1.1 nginx";
      add_header Via "1.1 nginx";
    }
  }
`,
  )
}

export function haproxyCommand({folder, port, upstreams}) {
  const path = written(
    folder,
    'haproxy.cfg',
    `
global
  nbthread 1
  maxconn 20000
  # two descriptors for each of these are more than the system may allow; no scenario comes near that
  no strict-limits
  # it would give up kept connections to the instances when a quarter of the descriptors is in use
  tune.pool-low-fd-ratio 90
  tune.pool-high-fd-ratio 95
defaults
  mode http
  timeout connect 3s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
  http-reuse always
frontend clients
  bind 127.0.0.1:${port} backlog 4096
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header Forwarded 'for=%[src];host="%[req.hdr(host)]";proto=http'
  http-request add-header Via '1.1 haproxy'
  http-response add-header Via '1.1 haproxy'
  default_backend instances
backend instances
  balance ${upstreams.length > 1 ? 'leastconn' : 'roundrobin'}
${upstreams.map((upstream, index) => `  server instance${index} 127.0.0.1:${upstream}`).join('\n')}
`,
  )
  return ['haproxy', '-db', '-f', path]
}

export function caddyCommand({folder, port, upstreams}) {
  const path = written(
    folder,
    'Caddyfile',
    `
{
	admin off
	auto_https off
	storage file_system ${folder}
	log {
		level ERROR
	}
}
http://:${port} {
	bind 127.0.0.1
	reverse_proxy ${upstreams.map(upstream => `127.0.0.1:${upstream}`).join(' ')} {
		${upstreams.length > 1 ? 'lb_policy least_conn' : ''}
		header_up Forwarded "for={http.request.remote.host};host={http.request.hostport};proto=http"
		header_up Via "1.1 caddy"
		header_down Via "1.1 caddy"
		transport http {
			keepalive 300s
			keepalive_idle_conns_per_host ${keptUpstream}
			compression off
		}
	}
}
`,
  )
  return ['caddy', 'run', '--config', path, '--adapter', 'caddyfile']
}
