/** The dashboard on a terminal in memory: keys, sizes, idle, stop, and the terminal given back in every case. */
import assert from 'node:assert/strict'
import {readFileSync, statSync} from 'node:fs'
import {test} from 'node:test'
import type {Snapshot} from '../../source/control/control.ts'
import type {RequestView} from '../../source/control/requests.ts'
import {type DashboardOptions, startDashboard} from '../../source/dashboard/dashboard.tsx'
import {FakeControl} from './fake-control.ts'
import {shopRequests} from './request-samples.ts'
import {history, instance, NOW, service, shop, snapshot, traffic} from './samples.ts'
import {openTerminal} from './terminal.ts'

process.env.TZ = 'UTC'

function start(
  first: Snapshot = shop(),
  columns = 80,
  rows = 24,
  options: Partial<DashboardOptions> = {},
  held: readonly RequestView[] = [],
) {
  const terminal = openTerminal(columns, rows)
  const control = new FakeControl(first, held)
  let frames = 0
  const onFrame = () => {
    frames++
  }
  const {stdout, stdin} = terminal
  const dashboard = startDashboard(control, {
    stdout,
    stdin,
    colour: true,
    ascii: false,
    readOnly: false,
    onFrame,
    ...options,
  })
  return {terminal, control, dashboard, frames: () => frames}
}

/** On the tab of the requests, with those of the shop. */
async function startAtRequests(columns = 80) {
  const started = start(shop(), columns, 24, {}, shopRequests)
  await started.terminal.until('api')
  started.terminal.type('2')
  await started.terminal.until('17 kept')
  return started
}

test('keys reach the control, also several in one piece', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('▌▾ api')
  terminal.type('jjj')
  await terminal.until('▌    127.0.0.1:3003')
  terminal.type('d')
  await terminal.until('did set-operator-state')
  terminal.type('\x1b[A\x1b[A')
  await terminal.until('▌    127.0.0.1:3001')
  terminal.type('s')
  await terminal.until('did set-strategy')
  assert.deepEqual(control.commands, [
    {type: 'set-operator-state', service: 'api', instance: '127.0.0.1:3003', state: 'ready'},
    {type: 'set-strategy', service: 'api', strategy: 'RANDOM'},
  ])
  dashboard.close()
  assert.equal(await dashboard.done, 'closed')
})

test('the configuration is read again only after its difference was shown, and after a yes', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('▌▾ api')
  terminal.type('\x12')
  await terminal.until('is as it was loaded')
  control.comparison = {
    inForce: [],
    findings: [],
    differences: [{path: 'services.api.lbPolicy', before: 'ROUND_ROBIN', after: 'RANDOM'}],
  }
  terminal.type('\x12')
  await terminal.until('put into force: services.api.lbPolicy: ROUND_ROBIN to RANDOM?  y yes  n no')
  terminal.type('n')
  await terminal.until(text => !text.includes('y yes'))
  terminal.type('\x12')
  await terminal.until('y yes')
  assert.deepEqual(control.commands, [])
  terminal.type('y')
  await terminal.until('did reload')
  assert.deepEqual(control.commands, [{type: 'reload'}])
  dashboard.close()
  await dashboard.done
})

test('a file that cannot be put into force is said to be so, and nothing is asked', async () => {
  const {terminal, control, dashboard} = start()
  control.comparison = {inForce: [], findings: ['shop.yaml:3:5: no such key'], differences: []}
  terminal.type('\x12')
  await terminal.until('not reloaded: shop.yaml:3:5: no such key')
  dashboard.close()
  await dashboard.done
  assert.deepEqual(control.commands, [])
})

test('one, two, four or eight frames a second, and as many snapshots are asked for', async () => {
  const {terminal, control, dashboard} = start()
  assert.equal(control.perSecond, 4)
  terminal.type('+')
  await terminal.until('LIVE 8/s')
  assert.equal(control.perSecond, 8)
  terminal.type('+-')
  await terminal.until('LIVE 4/s')
  terminal.type('---')
  await terminal.until('LIVE 1/s')
  assert.equal(control.perSecond, 1)
  assert.equal(control.listeners, 1)
  dashboard.close()
  await dashboard.done
  assert.equal(control.listeners, 0)
})

test('pasted text is no command', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('api')
  terminal.type('\x1b[200~sdq\x1b[201~')
  terminal.type('?')
  await terminal.until('MOVE')
  assert.deepEqual(control.commands, [])
  dashboard.close()
  await dashboard.done
})

test('escape goes back', async () => {
  const {terminal, dashboard} = start()
  await terminal.until('api')
  terminal.type('\r')
  await terminal.until('revproxy › api')
  terminal.type('\x1b')
  await terminal.until('[1 Services]')
  dashboard.close()
  await dashboard.done
})

test('a stop is asked of the control, drawn while it lasts, and ends when the owner closes', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('api')
  terminal.type('\x03')
  assert.deepEqual(control.commands, [{type: 'stop', force: false}])
  control.show(shop({phase: 'draining', at: NOW + 250}))
  await terminal.until('stopping: 38 in flight, ^C again cuts them')
  terminal.type('\x03')
  assert.deepEqual(control.commands[1], {type: 'stop', force: true})
  assert.ok(terminal.isAlternate)
  dashboard.close()
  assert.equal(await dashboard.done, 'closed')
  assert.equal(terminal.isAlternate, false)
  assert.equal(terminal.rawMode, false)
  assert.equal(control.listeners, 0)
  const written = terminal.log.join('')
  assert.ok(written.lastIndexOf('\x1b[?25h') > written.lastIndexOf('\x1b[?25l'), 'the cursor is shown')
})

test('a read-only dashboard is left with q, and the proxy goes on', async () => {
  const {terminal, control, dashboard} = start(shop(), 80, 24, {readOnly: true})
  const text = await terminal.until('q leave')
  assert.doesNotMatch(text.split('\n').at(-1) ?? '', /drain|strategy|quit/)
  terminal.type('sdq')
  assert.equal(await dashboard.done, 'closed')
  assert.deepEqual(control.commands, [])
})

/** Lets everything that is on its way happen; for showing that nothing is. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}

const idle = snapshot({
  services: [service('shop', [instance(3001), instance(3002)])],
  total: traffic({requests: 9}),
})

test('nothing changes, nothing is drawn', async () => {
  const {terminal, control, dashboard, frames} = start(idle)
  await terminal.until('q quit')
  await calm()
  const before = {frames: frames(), writes: terminal.writes}
  for (let tick = 1; tick <= 40; tick++) {
    control.show({...idle, at: NOW + tick * 250})
    await calm()
  }
  assert.deepEqual({frames: frames(), writes: terminal.writes}, before)
  dashboard.close()
  await dashboard.done
})

test('everything changes: one frame a snapshot, no more', async () => {
  const {terminal, control, dashboard, frames} = start()
  await terminal.until('q quit')
  await calm()
  const before = frames()
  for (let tick = 1; tick <= 8; tick++) {
    const total = traffic({perSecond: tick * 7, requests: tick, history: history(tick * 10, tick)})
    control.show(shop({at: NOW + tick * 250, total}))
    await terminal.until(text => text.includes(`${tick * 7} r/s`))
  }
  assert.ok(frames() - before <= 8, String(frames() - before))
  dashboard.close()
  await dashboard.done
})

test('the screen follows the window, from 200x60 down to less than nothing and back', async () => {
  const {terminal, dashboard} = start(shop(), 200, 60)
  await terminal.until('TOTAL')
  const sizes: [number, number, string][] = [
    [120, 40, 'P50'],
    [60, 15, 'P99'],
    [40, 8, 'q quit'],
    [39, 6, 'grow for more'],
    [80, 24, 'P95'],
    [200, 60, 'TOTAL'],
  ]
  for (const [columns, rows, words] of sizes) {
    terminal.resize(columns, rows)
    const text = await terminal.until(
      shown => shown.includes(words) && (rows < 8 || shown.includes('revproxy')),
    )
    const lines = text.split('\n')
    assert.equal(lines.length, rows)
    if (rows < 8) continue
    assert.match(lines[0] ?? '', /^ revproxy/)
    assert.match(lines.at(-1) ?? '', /q quit/)
  }
  dashboard.close()
  await dashboard.done
})

test('^L draws all anew', async () => {
  const {terminal, dashboard} = start()
  const before = await terminal.until('q quit')
  terminal.stdout.write('\x1b[5;5Hgarbage on the screen')
  await terminal.until('garbage')
  terminal.type('\x0c')
  await terminal.until(text => text === before)
  dashboard.close()
  await dashboard.done
})

test('an error while drawing gives the terminal back and reaches the owner', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('api')
  const broken = {...shop({at: NOW + 250}), services: undefined} as unknown as Snapshot
  control.show(broken)
  await assert.rejects(dashboard.done, TypeError)
  assert.equal(terminal.isAlternate, false)
  assert.equal(terminal.rawMode, false)
  control.show(shop({at: NOW + 500}))
})

test('a terminal that is gone ends the dashboard without a crash', async () => {
  const {terminal, control, dashboard} = start()
  await terminal.until('api')
  terminal.vanish()
  control.show(idle)
  assert.equal(await dashboard.done, 'terminal-gone')
})

test('the end of input ends the dashboard', async () => {
  const {terminal, dashboard} = start()
  await terminal.until('api')
  terminal.stdin.emit('end')
  assert.equal(await dashboard.done, 'terminal-gone')
  assert.equal(terminal.isAlternate, false)
})

test('the recorder is asked only while somebody looks, and not while nothing happens', async () => {
  const {terminal, control, dashboard, frames} = start(idle, 80, 24, {}, shopRequests)
  await terminal.until('q quit')
  control.show({...idle, at: NOW + 250})
  await calm()
  assert.deepEqual(control.requests.asked, [])
  terminal.type('2')
  await terminal.until('17 kept')
  for (let tick = 2; tick <= 4; tick++) {
    control.show({...idle, at: NOW + tick * 250})
    await calm()
  }
  const before = {frames: frames(), asked: control.requests.asked.length}
  for (let tick = 5; tick <= 20; tick++) {
    control.show({...idle, at: NOW + tick * 250})
    await calm()
  }
  assert.deepEqual({frames: frames(), asked: control.requests.asked.length}, before)
  dashboard.close()
  await dashboard.done
})

test('what comes is drawn with the next snapshot', async () => {
  const {terminal, control, dashboard} = await startAtRequests()
  const [first] = shopRequests
  assert.ok(first)
  control.requests.held.push({...first, id: '1.1', target: '/brand/new'})
  for (let tick = 1; tick <= 3; tick++) {
    control.show(shop({at: NOW + tick * 250, total: traffic({requests: tick})}))
    await calm()
  }
  await terminal.until('/brand/new')
  dashboard.close()
  await dashboard.done
})

test('secrets are asked for only on demand', async () => {
  const {terminal, control, dashboard} = await startAtRequests()
  terminal.type('\r2')
  await terminal.until('Bearer eyJh...  hidden, v shows')
  terminal.type('v')
  await terminal.until('Bearer eyJhbGciOiJub25lIn0')
  terminal.type('v')
  await terminal.until('Bearer eyJh...  hidden, v shows')
  assert.deepEqual(
    control.requests.asked.filter(asked => asked.startsWith('detail')),
    ['detail 0.48200', 'detail 0.48200 revealed', 'detail 0.48200'],
  )
  dashboard.close()
  await dashboard.done
})

/** The file that the footer names. */
async function fileNamed(terminal: ReturnType<typeof start>['terminal'], words: string): Promise<string> {
  const text = await terminal.until(shown => shown.includes(words) && /\/\S+-\S+\.\w+\s*$/.test(shown))
  return /(\/\S+)\s*$/.exec(text)?.[1] ?? ''
}

test('a request is copied as curl: to the terminal, and to a file that only its owner reads', async () => {
  const {terminal, dashboard} = await startAtRequests(160)
  terminal.type('y')
  const path = await fileNamed(terminal, 'curl copied (OSC 52)')
  const text = readFileSync(path, 'utf8')
  assert.match(text, /curl -X POST/)
  assert.equal(statSync(path).mode & 0o077, 0)
  assert.ok(terminal.log.join('').includes(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`))
  dashboard.close()
  await dashboard.done
})

test('the list is exported as HAR and as JSON lines, the screen as a picture', async () => {
  const {terminal, dashboard} = await startAtRequests(160)
  terminal.type('e')
  const har = JSON.parse(readFileSync(await fileNamed(terminal, '17 requests saved as HAR'), 'utf8'))
  assert.equal(har.log.version, '1.2')
  assert.equal(har.log.entries.length, 17)
  terminal.type('E')
  const lines = readFileSync(await fileNamed(terminal, 'saved as JSON lines'), 'utf8')
    .trimEnd()
    .split('\n')
  assert.equal(lines.length, 17)
  terminal.type('P')
  const svg = readFileSync(await fileNamed(terminal, 'picture saved'), 'utf8')
  assert.match(svg, /^<svg .*\/v1\/cart\/8812.*<\/svg>$/s)
  dashboard.close()
  await dashboard.done
})

test('the mouse is off until asked for, selects, and is off again at the end', async () => {
  const {terminal, dashboard} = start(shop(), 80, 24, {}, shopRequests)
  await terminal.until('api')
  assert.ok(!terminal.log.join('').includes('?1000h'))
  terminal.type('2')
  await terminal.until('17 kept')
  terminal.type('m')
  await terminal.until('the mouse is on: a click')
  assert.ok(terminal.log.join('').includes('\x1b[?1000h\x1b[?1006h'))
  terminal.stdin.emit('data', '\x1b[<0;20;8M\x1b[<0;20;8m')
  await terminal.until(text => /▌ .*export/.test(text))
  dashboard.close()
  await dashboard.done
  assert.ok(terminal.log.join('').includes('\x1b[?1006l\x1b[?1000l'))
  assert.equal(terminal.stdin.listenerCount('data'), 0)
})

test('a replay goes to the control, and its answer is laid beside the request', async () => {
  const {terminal, control, dashboard} = await startAtRequests()
  terminal.type('jR')
  await terminal.until('replay #0.48199')
  terminal.type('\r')
  await terminal.until('127.0.0.1:3004 answered 200')
  assert.ok(control.requests.asked.includes('replay 0.48199 to '))
  dashboard.close()
  await dashboard.done
})

test('a recorder that does not answer costs a line in the footer, and is asked again', async () => {
  const {terminal, control, dashboard} = start(shop(), 80, 24, {}, shopRequests)
  await terminal.until('api')
  const since = control.requests.since.bind(control.requests)
  control.requests.since = () => Promise.reject(new Error('worker 1 is gone'))
  control.show(shop({at: NOW + 250, total: traffic({requests: 1})}))
  terminal.type('2')
  await calm()
  control.show(shop({at: NOW + 500, total: traffic({requests: 2})}))
  await terminal.until('the recorder does not answer: worker 1 is gone')
  control.requests.since = since
  control.show(shop({at: NOW + 750, total: traffic({requests: 3})}))
  await terminal.until('17 kept')
  dashboard.close()
  await dashboard.done
})
