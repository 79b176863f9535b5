/** The units under a real systemd: started, reloaded, restarted, watched, and with sockets that systemd opened. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {until} from '../proxy/until.ts'
import {SystemdBox} from './systemd-box.ts'

const config = (retries: number) => `proxy:
  listen: {address: 0.0.0.0, port: 8080}
  admin: {port: 9911}
  workers: 2
  stateFile: /var/lib/revproxy-tui/state.json
  accessLog: {path: /var/log/revproxy-tui/access.log}
  services:
    - name: api
      domain: api.test
      retryPolicy: {timeout: 5, retries: ${retries}}
      hosts: [{address: 127.0.0.1, port: 9090}, {address: 127.0.0.1, port: 9091}]
`

/** A request with a connection of its own; says what came, and the status. */
const ask = (path: string) =>
  `curl -s -m 10 -w '%{http_code}\\n' -H 'Host: api.test' http://127.0.0.1:8080/${path}`
const COUNT = 40
const numbered = (path: string) => Array.from({length: COUNT}, (_, index) => `/${path}-${index + 1}`)

test('a service as it is installed: ready, reloaded, restarted without a loss, watched, kept and stopped', async t => {
  const box = await SystemdBox.boot(t)
  if (typeof box === 'string') return t.skip(box)
  const does = (command: string) => {
    const {status, text} = box.run(command)
    assert.equal(status, 0, `${command}: ${text}\n${journal()}`)
    return text.trim()
  }
  const show = (property: string) => does(`systemctl show -P ${property} revproxy-tui`)
  const journal = () => box.run('journalctl -u revproxy-tui --no-pager -o cat').text
  const told = async (pattern: RegExp) => until(() => pattern.test(journal()), journal)
  const configure = (retries: number) =>
    does(
      `mkdir -p /etc/revproxy-tui; cat > /etc/revproxy-tui/revproxy-tui.yaml <<'END'\n${config(retries)}\nEND`,
    )
  /** One after the other; gives what came when all have been asked. */
  const load = (path: string): Promise<string> => {
    const child = box.spawn(`bash -c "for i in \\$(seq ${COUNT}); do ${ask(`${path}-\\$i`)}; done"`)
    let answers = ''
    child.stdout?.on('data', piece => {
      answers += piece
    })
    return new Promise(resolve => child.once('close', () => resolve(answers)))
  }
  for (const port of [9090, 9091])
    does(
      `systemd-run -q --unit=app-${port} /usr/local/bin/node -e "require('node:http').createServer((_, response) => response.end('hello ')).listen(${port})"`,
    )

  await t.test('a start returns when it listens, under a user without a name', () => {
    configure(1)
    does('systemctl start revproxy-tui')
    assert.equal(show('ActiveState'), 'active')
    assert.equal(does(ask('started')), 'hello 200')
    assert.equal(does('curl -s http://127.0.0.1:9911/readyz'), 'ready')
    assert.notEqual(does(`stat -c %u /proc/${show('MainPID')}`), '0')
    assert.match(does('revproxy-tui status'), new RegExp(`process +${show('MainPID')},`))
  })

  await t.test('a reload fails when the file is not put into force, and what ran goes on', () => {
    configure(2)
    does('systemctl reload revproxy-tui')
    does("sed -i 's/hosts:/hots:/' /etc/revproxy-tui/revproxy-tui.yaml")
    assert.notEqual(box.run('systemctl reload revproxy-tui').status, 0)
    assert.equal(show('ActiveState'), 'active')
    assert.equal(does(ask('reloaded')), 'hello 200')
    assert.match(does('journalctl -u revproxy-tui -p err --no-pager -o cat'), /unknown key "hots"/)
    configure(2)
    does('systemctl reload revproxy-tui')
  })

  await t.test(
    'SIGUSR2: another process is the service, and nobody who asks meanwhile is refused',
    async () => {
      const before = show('MainPID')
      const answers = load('followed')
      does('systemctl kill --kill-whom=main --signal=SIGUSR2 revproxy-tui')
      await until(() => show('MainPID') !== before)
      assert.equal(await answers, 'hello 200\n'.repeat(COUNT))
      assert.equal(show('ActiveState'), 'active')
      assert.equal(show('NRestarts'), '0')
    },
  )

  await t.test(
    'a process that stands still is replaced by the watchdog; what was changed by hand holds again',
    async () => {
      does('mkdir -p /run/systemd/system/revproxy-tui.service.d')
      does("printf '[Service]\\nWatchdogSec=3\\n' > /run/systemd/system/revproxy-tui.service.d/fast.conf")
      does('systemctl daemon-reload; systemctl restart revproxy-tui')
      does('revproxy-tui drain 127.0.0.1:9090')
      await until(() => box.run('grep -q drain /var/lib/revproxy-tui/state.json').status === 0)
      does(`kill -STOP ${show('MainPID')}`)
      await until(() => Number(show('NRestarts')) >= 1 && show('ActiveState') === 'active')
      await told(/as before: api\/127\.0\.0\.1:9090: drain/)
      assert.equal(does(ask('watched')), 'hello 200')
    },
  )

  await t.test('with a socket of systemd, a stop and a start lose nobody either', async () => {
    does(
      'systemctl stop revproxy-tui; rm -r /run/systemd/system/revproxy-tui.service.d; systemctl daemon-reload',
    )
    does('systemctl start revproxy-tui.socket')
    assert.equal(does(ask('first')), 'hello 200', 'who asks starts it')
    const answers = load('queued')
    does('systemctl restart revproxy-tui')
    assert.equal(await answers, 'hello 200\n'.repeat(COUNT))
    await told(/listening on 0\.0\.0\.0:8080 \(1 service, 2 instances, 2 workers\)/)
  })

  await t.test('a stop ends well, and the log has every request', () => {
    does('systemctl stop revproxy-tui.socket revproxy-tui')
    assert.equal(show('Result'), 'success')
    const lines = does('cat /var/log/revproxy-tui/access.log').split('\n')
    const targets = lines.map(line => (JSON.parse(line) as {target: string}).target)
    const asked = ['started', 'reloaded', 'watched', 'first'].map(path => `/${path}`)
    assert.deepEqual(targets.sort(), [...asked, ...numbered('followed'), ...numbered('queued')].sort())
  })
})
