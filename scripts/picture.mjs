// Writes docs/dashboard.png: the real program with its demo in a terminal of 100x28, after some seconds of traffic.
import {mkdirSync, writeFileSync} from 'node:fs'
import pty from '@lydell/node-pty'
import {Resvg} from '@resvg/resvg-js'
import xterm from '@xterm/headless'
import {svgOf} from '../test/dashboard/svg.ts'

const COLUMNS = 100
const ROWS = 28
const FONT = 'DejaVu Sans Mono'
/** Percentiles and sparks need some traffic to look like anything. */
const TRAFFIC_MS = 65_000
const keys = process.argv[2] ?? 'jjj'
const target = process.argv[3] ?? 'docs/dashboard.png'

const screen = new xterm.Terminal({cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 0})
const environment = {...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor'}
delete environment.NO_COLOR
delete environment.CI
const program = pty.spawn(process.execPath, ['dist/bin.js', 'sample.yaml', '--demo'], {
  cols: COLUMNS,
  rows: ROWS,
  env: environment,
})
program.onData(data => screen.write(data))
// Some programs wait for the terminal's answers to their questions.
screen.onData(data => program.write(data))
let hasPicture = false
const exited = new Promise(resolve => program.onExit(resolve))
void exited.then(({exitCode}) => hasPicture || fail(`the program ended with ${exitCode}:\n${text()}`))

await new Promise(resolve => setTimeout(resolve, TRAFFIC_MS))
program.write(keys)
await new Promise(resolve => setTimeout(resolve, 1000))
const svg = svgOf(screen)
if (screen.buffer.active.type !== 'alternate') fail(`no dashboard is on the screen:\n${text()}`)
hasPicture = true
program.write('\x03')
await Promise.race([exited, new Promise(resolve => setTimeout(resolve, 2000))])
program.kill()

const image = new Resvg(svg, {
  font: {loadSystemFonts: true, defaultFontFamily: FONT},
  fitTo: {mode: 'zoom', value: 2},
})
const png = image.render().asPng()
// Without a font resvg draws nothing but the bands: a picture without text is small.
if (png.length < 40_000) fail(`there seems to be no font "${FONT}": apt-get install fonts-dejavu-core`)
mkdirSync('docs', {recursive: true})
writeFileSync(target, png)
writeFileSync(target.replace(/\.png$/, '.svg'), svg)
console.log(`${target}: ${image.width}x${image.height}, ${(png.length / 1024).toFixed(0)} KiB`)
process.exit(0)

function text() {
  const {active} = screen.buffer
  return Array.from(
    {length: ROWS},
    (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
  ).join('\n')
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
