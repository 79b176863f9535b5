/** The proxies that are compared: one table. */
import {existsSync} from 'node:fs'
import {
  bareCommand,
  caddyCommand,
  haproxyCommand,
  nginxProxyCommand,
  ourBinary,
  ourCommand,
} from './configurations.mjs'
import {npmVersion, packageVersion, versionOf} from './versions.mjs'

/**
 * A row: `title`; `version()`, undefined when the peer is absent; `command({folder, port, upstreams})`, which writes
 * what it needs into `folder` and gives program and arguments; `env` beside it; `balances` when it can spread over
 * instances by itself; `workers` when there is more than one; `terminal`: it runs in one; `usual`: false for those that
 * only scenarios of their own compare; `instances`: so many, all of them the one origin under other addresses;
 * `warmUpSeconds`: if not the usual ones.
 */
export const peers = {
  ours: ours({title: 'revproxy-tui', command: ourCommand({}), usual: true}),
  'ours-2': ours({title: 'revproxy-tui, 2 workers', workers: 2, command: ourCommand({workers: 2})}),
  'ours-dashboard': ours({
    title: 'revproxy-tui, dashboard open',
    version: () => npmVersion('@lydell/node-pty') && ourVersion(),
    terminal: true,
    command: ourCommand({headless: false}),
  }),
  'ours-bare': ours({title: 'revproxy-tui, neither counters nor recorder', command: bareCommand}),
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

for (const policy of ['ROUND_ROBIN', 'RANDOM', 'LEAST_CONNECTIONS'])
  for (const instances of [1, 100, 10_000])
    peers[`${policy}-${instances}`] = ours({
      title: `${policy}, ${instances.toLocaleString('en')}`,
      instances,
      // until there is a kept connection to each
      warmUpSeconds: instances > 1_000 ? 12 : 2,
      command: ourCommand({policy}),
    })

/** What a run compares unless told otherwise; `ours` stands first and is what all others are held against. */
export const usualPeers = Object.keys(peers).filter(name => peers[name].usual !== false)

function ours(row) {
  return {version: ourVersion, balances: true, usual: false, ...row}
}

function ourVersion() {
  return existsSync(ourBinary) ? packageVersion('../package.json') : undefined
}

/** These are libraries for one upstream: servers/ has the smallest program around each that does the same work. */
function inNode(title, file) {
  const script = new URL(`servers/${file}.mjs`, import.meta.url).pathname
  const command = ({port, upstreams}) => [process.execPath, script, String(port), String(upstreams[0])]
  return {title, version: () => npmVersion(title), env: {NODE_ENV: 'production'}, command}
}
