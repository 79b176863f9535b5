/** `npm run soak -- MINUTES SEED`: mixed traffic and faults through the real program, and what its memory and files do. */
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {freePort} from '../free-port.ts'
import {seededRandom} from '../random.ts'
import {configText} from './harness.ts'
import {SoakOrigin} from './soak-origin.ts'
import {doOne} from './soak-traffic.ts'

const CLIENTS = 48
const LOOK_EVERY_MS = 10_000

const [minutes = '10', seed = '1'] = process.argv.slice(2)
const endsAt = performance.now() + Number(minutes) * 60_000
const origins = [new SoakOrigin(), new SoakOrigin(), new SoakOrigin()]
for (const origin of origins) await origin.start()
const port = await freePort()
const timeouts = {clientHead: 1, clientIdle: 1, connect: 1, responseHead: 1, bodyIdle: 1, upstreamIdle: 1}
const config = configText({origins: origins.map(each => each.port), retries: 2, timeouts, workers: 2})
const path = join(mkdtempSync(join(tmpdir(), 'soak-')), 'soak.yaml')
writeFileSync(path, config.replace('"port":0', `"port":${port}`))

const bin = fileURLToPath(new URL('../../source/bin.js', import.meta.url))
const proxy = spawn(process.execPath, [bin, path, '--headless'], {stdio: ['ignore', 'pipe', 'inherit']})
let log = ''
proxy.stdout.on('data', piece => {
  log += piece
})
while (!/listening/.test(log)) await sleep(50)

interface Look {
  readonly rssMiB: number
  readonly files: number
}
function look(): Look {
  const status = readFileSync(`/proc/${proxy.pid}/status`, 'utf8')
  const rssMiB = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
  return {rssMiB, files: readdirSync(`/proc/${proxy.pid}/fd`).length}
}

const done = new Map<string, number>()
const problems: string[] = []
async function client(number: number): Promise<void> {
  const random = seededRandom(Number(seed) * 1000 + number)
  while (performance.now() < endsAt) {
    try {
      const name = await doOne(port, random)
      done.set(name, (done.get(name) ?? 0) + 1)
    } catch (error) {
      problems.push(String(error))
      if (problems.length < 20) process.stdout.write(`problem: ${error}\n`)
    }
  }
}

/** An instance dies now and then, and comes back. */
async function chaos(): Promise<void> {
  const random = seededRandom(Number(seed))
  while (performance.now() < endsAt) {
    await sleep(2000 + random(3000))
    const origin = origins[random(origins.length)]
    await origin?.kill()
    await sleep(random(1000))
    await origin?.start()
  }
}

const startedAt = performance.now()
const idle = look()
process.stdout.write(`idle: ${JSON.stringify(idle)}\n`)
const timer = setInterval(() => {
  const sum = [...done.values()].reduce((total, count) => total + count, 0)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stdout.write(`${seconds}s ${JSON.stringify(look())} deeds ${sum} problems ${problems.length}\n`)
}, LOOK_EVERY_MS)
await Promise.all([chaos(), ...Array.from({length: CLIENTS}, (_, number) => client(number))])
clearInterval(timer)
// Every time-out is a second: after a few of them nothing may be left.
await sleep(8000)
const after = look()
process.stdout.write(
  `after: ${JSON.stringify(after)} (idle was ${JSON.stringify(idle)})\n${JSON.stringify(Object.fromEntries(done))}\n`,
)
process.stdout.write(`instances served ${origins.reduce((sum, {requests}) => sum + requests, 0)} requests\n`)
const bad = log.split('\n').filter(line => /mistake|died|does not answer/.test(line))
proxy.kill('SIGTERM')
await new Promise(resolve => proxy.once('close', resolve))
process.stdout.write(`${log.trim().split('\n').at(-1)}\n`)
for (const line of bad) process.stdout.write(`${line}\n`)
const failed = problems.length > 0 || bad.length > 0 || after.files > idle.files + 2
process.stdout.write(failed ? 'FAILED\n' : 'fine\n')
process.exit(failed ? 1 : 0)
