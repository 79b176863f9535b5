/** The proxies that are compared: one table. */
import {existsSync} from 'node:fs'
import {caddyCommand, haproxyCommand, nginxProxyCommand, ourBinary, ourCommand} from './configurations.mjs'
import {npmVersion, packageVersion, versionOf} from './versions.mjs'

/**
 * A row: `title`; `version()`, undefined when the peer is absent; `command({folder, port, upstreams})`, which writes
 * what it needs into `folder` and gives program and arguments; `env` beside it; `balances` when it can spread over
 * instances by itself; `workers` when there is more than one.
 */
export const peers = {
  ours: {title: 'revproxy-tui', version: ourVersion, balances: true, command: ourCommand(1)},
  'ours-2': {
    title: 'revproxy-tui, 2 workers',
    version: ourVersion,
    balances: true,
    workers: 2,
    command: ourCommand(2),
  },
  nginx: {
    title: 'nginx',
    version: () => versionOf('nginx', '-v'),
    balances: true,
    command: nginxProxyCommand,
  },
  haproxy: {
    title: 'HAProxy',
    version: () => versionOf('haproxy', '-v'),
    balances: true,
    command: haproxyCommand,
  },
  caddy: {
    title: 'Caddy',
    version: () => versionOf('caddy', 'version'),
    balances: true,
    env: {GOMAXPROCS: '1'},
    command: caddyCommand,
  },
  'http-proxy-3': inNode('http-proxy-3', 'http-proxy-3'),
  'fast-proxy': inNode('fast-proxy', 'fast-proxy'),
  'fastify-http-proxy': inNode('@fastify/http-proxy', 'fastify-http-proxy'),
}

/** What a run compares unless told otherwise; `ours` stands first and is what all others are held against. */
export const usualPeers = Object.keys(peers).filter(name => name !== 'ours-2')

function ourVersion() {
  return existsSync(ourBinary) ? packageVersion('../package.json') : undefined
}

/** These are libraries for one upstream: servers/ has the smallest program around each that does the same work. */
function inNode(title, file) {
  const script = new URL(`servers/${file}.mjs`, import.meta.url).pathname
  const command = ({port, upstreams}) => [process.execPath, script, String(port), String(upstreams[0])]
  return {title, version: () => npmVersion(title), env: {NODE_ENV: 'production'}, command}
}
