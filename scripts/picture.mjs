// Writes the README's pictures: the real program with its demo in a terminal, after a minute of traffic and one outage.
import {writeFileSync} from 'node:fs'
import {request} from 'node:http'
import pty from '@lydell/node-pty'
import {Resvg} from '@resvg/resvg-js'
import xterm from '@xterm/headless'
import {svgOf} from '../test/dashboard/svg.ts'

const FONT = 'DejaVu Sans Mono'
/** Percentiles and sparks need some traffic to look like anything; the outage of 20 s should be over, and still seen. */
const OUTAGE_AT_MS = 25_000
const TRAFFIC_MS = 65_000
/** After `keys`, one by one, the screen at that size is what the picture shows. */
const shots = [
  {target: 'docs/dashboard.png', columns: 100, rows: 30, keys: ['j', 'j']},
  {
    target: 'docs/requests.png',
    columns: 126,
    rows: 34,
    keys: ['2', '/', 'retried or dur>150ms', '\r', 'n', '\r'],
  },
  {target: 'docs/service.png', columns: 120, rows: 40, keys: ['\x1b', '\x1b', '1', 'g', '\r']},
]

const [{columns, rows}] = shots
const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0})
const environment = {...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor'}
delete environment.NO_COLOR
delete environment.CI
const program = pty.spawn(process.execPath, ['dist/bin.js', 'sample.yaml', '--demo'], {
  cols: columns,
  rows,
  env: environment,
})
program.onData(data => screen.write(data))
// Some programs wait for the terminal's answers to their questions.
screen.onData(data => program.write(data))
let done = false
const exited = new Promise(resolve => program.onExit(resolve))
void exited.then(({exitCode}) => done || fail(`the program ended with ${exitCode}:\n${text()}`))

await pause(OUTAGE_AT_MS)
request({host: '127.0.0.1', port: 8080, path: '/die', headers: {host: 'my-service.my-company.com'}}).end()
await pause(TRAFFIC_MS - OUTAGE_AT_MS)
for (const shot of shots) await take(shot)
done = true
program.write('\x03')
await Promise.race([exited, pause(3000)])
program.kill()
process.exit(0)

async function take({target, columns, rows, keys}) {
  screen.resize(columns, rows)
  program.resize(columns, rows)
  await pause(800)
  for (const key of keys) {
    program.write(key)
    await pause(400)
  }
  await pause(800)
  if (screen.buffer.active.type !== 'alternate') fail(`no dashboard is on the screen:\n${text()}`)
  const image = new Resvg(svgOf(screen), {
    font: {loadSystemFonts: true, defaultFontFamily: FONT},
    fitTo: {mode: 'zoom', value: 1.5},
  }).render()
  const png = image.asPng()
  // Without a font resvg draws nothing but the bands: a picture without text is small.
  if (png.length < 30_000) fail(`there seems to be no font "${FONT}": apt-get install fonts-dejavu-core`)
  writeFileSync(target, png)
  console.log(`${target}: ${image.width}x${image.height}, ${(png.length / 1024).toFixed(0)} KiB`)
}

function pause(ms) {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function text() {
  const {active} = screen.buffer
  return Array.from(
    {length: screen.rows},
    (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
  ).join('\n')
}

function fail(why) {
  process.stderr.write(`${why}\n`)
  program.kill()
  process.exit(1)
}
