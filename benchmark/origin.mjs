/** The instances behind every proxy: nginx where it is installed, else a small Node server. */
import {mkdirSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {freePort, untilAnswers} from './network.mjs'
import {nginxCommand} from './nginx.mjs'
import {startProcess} from './processes.mjs'
import {slowInstanceMs} from './scenarios.mjs'
import {isInstalled} from './versions.mjs'

const nodeOrigin = new URL('servers/origin.mjs', import.meta.url).pathname

/**
 * Gives the ports of three instances, the last of which is slow, and the processes behind them. `address`: the first two
 * listen there, 0.0.0.0 for every address of this machine.
 */
export async function startOrigins(folder, core, address = '127.0.0.1') {
  const [fast, second, slow] = [await freePort(), await freePort(), await freePort()]
  const node = (port, delayMs) =>
    startProcess(core, [process.execPath, nodeOrigin, String(port), String(delayMs)])
  const processes = isInstalled('nginx')
    ? [startProcess(core, nginxCommand(folder, nginxOrigin(folder, [fast, second], address)))]
    : [node(fast, 0), node(second, 0)]
  processes.push(node(slow, slowInstanceMs))
  await untilAnswers(fast, '/small', processes[0])
  await untilAnswers(slow, '/small', processes.at(-1))
  return {fast, second, slow, processes}
}

function nginxOrigin(folder, ports, address) {
  const files = join(folder, 'files')
  mkdirSync(files, {recursive: true})
  writeFileSync(join(files, 'chunked'), 'A chunk is a length and as many bytes.\n'.repeat(420))
  for (const [name, bytes] of [
    ['1m', 1_048_576],
    ['100m', 104_857_600],
  ]) {
    writeFileSync(join(files, name), '')
    truncateSync(join(files, name), bytes) // a file of zeros that takes no place on the disk
  }
  return `
  sendfile on;
  open_file_cache max=10;
  server {
    ${ports.map(port => `listen ${address}:${port} backlog=4096;`).join(' ')}
    client_max_body_size 0;
    root ${files};
    location = /small { default_type text/plain; return 200 "Hello from the origin, forty-two bytes long"; }
    # A response that a filter may still change has no length known: nginx sends it in chunks.
    location = /chunked { sendfile off; output_buffers 4 4k; sub_filter_types *; sub_filter nowhere somewhere; }
  }
`
}
