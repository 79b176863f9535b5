/** What a dashboard over a busy proxy draws: one frame a snapshot, and four snapshots a second, however many requests. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect} from 'node:net'
import {test} from 'node:test'
import {startDashboard} from '../../source/dashboard/dashboard.tsx'
import {openTerminal} from '../dashboard/terminal.ts'
import {get, ok, pair} from '../proxy/harness.ts'

const SNAPSHOTS = 8
const SNAPSHOT_MS = 250

test('thousands of requests: frames follow snapshots, snapshots the clock', async t => {
  const {proxy, origin} = await pair(t)
  origin.script = peer => peer.socket.on('data', () => peer.send(ok('done')))
  const terminal = openTerminal(120, 40)
  let frames = 0
  const {stdout, stdin} = terminal
  const dashboard = startDashboard(proxy.controller, {
    stdout,
    stdin,
    colour: true,
    ascii: false,
    readOnly: false,
    onFrame: () => frames++,
  })
  await terminal.until('api')
  const socket = connect(proxy.port, '127.0.0.1')
  let requests = 0
  let snapshots = 0
  const startedAt = performance.now()
  const framesBefore = frames
  const unsubscribe = proxy.controller.subscribe(() => snapshots++)
  while (snapshots < SNAPSHOTS) {
    socket.write(get())
    await once(socket, 'data')
    requests++
  }
  unsubscribe()
  socket.destroy()
  dashboard.close()
  await dashboard.done
  const elapsedMs = performance.now() - startedAt
  const drawn = frames - framesBefore
  t.diagnostic(`${requests} requests, ${snapshots} snapshots, ${drawn} frames in ${elapsedMs.toFixed()} ms`)
  assert.ok(requests > 10 * SNAPSHOTS, 'this is no traffic')
  // One may have been owed before, and one is the answer to a question about requests; none is drawn unasked.
  assert.ok(drawn >= SNAPSHOTS / 2, `${drawn} frames: the traffic does not show`)
  assert.ok(drawn <= snapshots + 2, `${drawn} frames for ${snapshots} snapshots`)
  // Timers are late at times, never early: the first snapshot may come at once, the others after an interval each.
  assert.ok(elapsedMs >= (SNAPSHOTS - 2) * SNAPSHOT_MS, `${snapshots} snapshots in ${elapsedMs} ms`)
})
