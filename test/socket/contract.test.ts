/** One contract for both controls: what the Controller in this process does, a client over its socket does as well. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import type {Control, Snapshot} from '../../source/control/control.ts'
import type {Controller} from '../../source/control/controller.ts'
import {startOfFile} from '../control/of-file.ts'
import {get, ok, post, startOrigin, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {connected, served} from './served.ts'

interface Subject {
  readonly proxy: TestProxy
  readonly control: Control
  /** writes the configuration's file, with one key set in place of what it said before */
  readonly write: (text: string) => void
  readonly path: string
  readonly ports: readonly number[]
}

const yaml = (ports: readonly number[], policy = 'ROUND_ROBIN') =>
  JSON.stringify({
    proxy: {
      listen: {address: '127.0.0.1', port: 0},
      workers: 1,
      services: [
        {
          name: 'api',
          domain: 'api.test',
          lbPolicy: policy,
          hosts: ports.map(port => ({address: '127.0.0.1', port})),
        },
      ],
    },
  })

const kinds: Readonly<Record<string, (t: TestContext, controller: Controller) => Promise<Control>>> = {
  'the Controller': async (_, controller) => controller,
  'a client of its socket': async (t, controller) => connected(await served(t, controller)),
}

function forBoth(name: string, check: (t: TestContext, subject: Subject) => Promise<void>): void {
  for (const [kind, controlOf] of Object.entries(kinds))
    test(`${kind}: ${name}`, async t => {
      const origins = [await startOrigin(t), await startOrigin(t)]
      for (const origin of origins) origin.answers(ok())
      const ports = origins.map(({port}) => port)
      const {proxy, controller, path, write} = await startOfFile(t, yaml(ports))
      const control = await controlOf(t, controller)
      await check(t, {proxy, control, write, path, ports})
    })
}

/** The first snapshot for which it holds. */
async function shows(control: Control, holds: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  const {promise, resolve} = Promise.withResolvers<Snapshot>()
  const unsubscribe = control.subscribe(snapshot => {
    if (holds(snapshot)) resolve(snapshot)
  })
  try {
    return await promise
  } finally {
    unsubscribe()
  }
}

async function asked(proxy: TestProxy, ...messages: string[]): Promise<void> {
  const client = proxy.client()
  for (const [index, message] of messages.entries()) {
    client.send(message)
    await client.answered(index + 1)
  }
  client.end()
  // A request is written down after its answer has left.
  await proxy.quiet()
}

forBoth('a snapshot says what there is', async (_, {control, ports}) => {
  const snapshot = control.snapshot()
  assert.equal(snapshot.configName, 'api.yaml')
  assert.equal(snapshot.phase, 'running')
  assert.deepEqual(
    snapshot.services.map(({name, strategy, instances}) => [name, strategy, instances.map(({port}) => port)]),
    [['api', 'ROUND_ROBIN', ports]],
  )
  assert.equal(snapshot.services[0]?.split, undefined)
  assert.equal(snapshot.total.requests, 0)
})

forBoth('subscribers get what happens, until they leave', async (_, {proxy, control}) => {
  let afterwards = 0
  const leave = control.subscribe(() => afterwards++)
  leave()
  await asked(proxy, get('/one'), get('/two'))
  const snapshot = await shows(control, ({total}) => total.requests === 2)
  assert.equal(snapshot.total.byClass[2], 2)
  assert.equal(snapshot.total.inFlight, 0)
  assert.equal(control.snapshot().total.requests, 2)
  assert.equal(afterwards, 0)
})

forBoth(
  'a command is carried out, logged with who asked, and can be taken back',
  async (_, {control, ports}) => {
    const instance = `127.0.0.1:${ports[0]}`
    const drain = {type: 'set-operator-state', service: 'api', instance, state: 'drain'} as const
    const outcome = await control.execute(drain, 'a test')
    assert.ok(outcome.ok)
    assert.match(outcome.message, /draining/)
    const drained = await shows(control, ({services}) => services[0]?.selectable === 1)
    const event = drained.events.find(({subject}) => subject === `api/${instance}`)
    assert.match(event?.text ?? '', /^draining/)
    assert.equal(event?.cause, 'a test')
    assert.ok(outcome.undo !== undefined)
    assert.ok((await control.execute(outcome.undo, 'a test')).ok)
    await shows(control, ({services}) => services[0]?.selectable === 2)
    assert.equal((await control.execute({...drain, state: 'ready'}, 'a test')).ok, true)
  },
)

forBoth('what cannot be done is an outcome that says why, never an error', async (_, {control}) => {
  const unknown = await control.execute({type: 'set-strategy', service: 'none', strategy: 'RANDOM'}, 'a test')
  assert.deepEqual(unknown, {ok: false, message: 'there is no service none'})
})

forBoth('settings are listed, set, told of, and taken back', async (_, {control, ports}) => {
  const set = (key: string, value: string | undefined, instance?: string) =>
    control.execute({type: 'set-setting', service: 'api', instance, key, value}, 'a test')
  const held = async (key: string, instance?: string) => {
    const {value, file} = (await control.settings('api', instance)).find(each => each.key === key) ?? {}
    return [value, file]
  }
  assert.deepEqual(await held('retryPolicy.retries'), ['0', undefined])
  const outcome = await set('retries', '2')
  assert.equal(outcome.message, 'api: retryPolicy.retries 0 → 2')
  assert.deepEqual(await held('retryPolicy.retries'), ['2', '0'])
  const shown = await shows(control, ({services}) => services[0]?.settings !== undefined)
  assert.match(shown.services[0]?.retry ?? '', /^retry 2/)
  assert.deepEqual(
    shown.services[0]?.settings?.map(({key, value, file}) => [key, value, file]),
    [['retryPolicy.retries', '2', '0']],
  )
  assert.ok(shown.events.some(({text, cause}) => text === 'retryPolicy.retries 0 → 2' && cause === 'a test'))
  const instance = `127.0.0.1:${ports[0]}`
  assert.ok((await set('retryPolicy.retries', '5', instance)).ok)
  assert.deepEqual(await held('retryPolicy.retries'), ['5, 2', '0'])
  assert.deepEqual(await held('retryPolicy.retries', instance), ['5', '0'])
  assert.ok((await set('retryPolicy.retries', undefined, instance)).ok)
  assert.ok(outcome.ok && outcome.undo !== undefined)
  await control.execute(outcome.undo, 'a test')
  await shows(control, ({services}) => services[0]?.settings === undefined)
  assert.deepEqual(await held('retryPolicy.retries'), ['0', undefined])
  for (const [key, value, why] of [
    ['retryPolicy.retries', '11', /retryPolicy.retries is 11; expected a whole number from 0 to 10/],
    ['retryPolicy.retris', '1', /did you mean retryPolicy.retries\?/],
    ['time', 'soon', /ejection.time is the text "soon"; expected a time/],
    ['interval', '5', /there is no setting interval/],
    ['retryPolicy.retries', 'none', /expected a whole number/],
  ] as const) {
    const refused = await set(key, value)
    assert.ok(!refused.ok, key)
    assert.match(refused.message, why)
  }
  await assert.rejects(control.settings('none', undefined), /there is no service none/)
})

forBoth(
  'what is set stays over a reload, until the file says otherwise or it cannot be any more',
  async (_, subject) => {
    const {control, write, ports} = subject
    const retrying = (retryPolicy: object) => {
      const file = JSON.parse(yaml(ports))
      file.proxy.services[0].retryPolicy = retryPolicy
      write(JSON.stringify(file))
      return control.execute({type: 'reload'}, 'a test')
    }
    const set = (key: string, value: string) =>
      control.execute({type: 'set-setting', service: 'api', instance: undefined, key, value}, 'a test')
    const now = async () =>
      Object.fromEntries((await control.settings('api', undefined)).map(({key, value}) => [key, value]))
    assert.ok((await set('retryPolicy.retries', '3')).ok)
    assert.ok((await set('retryPolicy.total', '2s')).ok)
    assert.ok((await set('retryPolicy.statuses', '502 503')).ok)
    assert.match(
      (await set('retryPolicy.timeout', '3s')).message,
      /total is 2s, shorter than timeout, which is 3s/,
    )
    assert.ok((await retrying({budget: 50})).ok)
    assert.deepEqual(
      [(await now())['retryPolicy.retries'], (await now())['retryPolicy.statuses']],
      ['3', '502 503'],
    )
    assert.ok((await retrying({retries: 1})).ok)
    assert.equal((await now())['retryPolicy.retries'], '1')
    assert.equal((await now())['retryPolicy.total'], '2s')
    assert.ok((await retrying({timeout: 9})).ok)
    assert.equal((await now())['retryPolicy.total'], 'none')
    const told = await shows(control, ({events}) =>
      events.some(({text}) => /total 2s is taken back: total is 2s/.test(text)),
    )
    assert.equal(told.services[0]?.settings?.length, 1)
  },
)

forBoth(
  'what would become of a request is told, and a question that is none is refused',
  async (_, {control, ports}) => {
    const question = {method: 'GET', url: 'http://api.test/', fields: ['X-A: b'], from: '192.0.2.1'}
    const {services, isLive, refused} = await control.explain(question)
    assert.deepEqual([services[0]?.picked, isLive, refused], [`127.0.0.1:${ports[0]}`, true, undefined])
    await assert.rejects(control.explain({...question, url: 'nothing'}), /expected a URL such as/)
  },
)

forBoth('a file is compared and reloaded', async (_, {control, write, path, ports}) => {
  const {inForce, ...same} = await control.compareConfig()
  assert.deepEqual(same, {findings: [], differences: []})
  assert.ok(inForce.some(({path: key, value}) => key === 'services.api.lbPolicy' && value === 'ROUND_ROBIN'))
  write(yaml(ports, 'RANDOM'))
  const expected = {path: 'services.api.lbPolicy', before: 'ROUND_ROBIN', after: 'RANDOM'}
  assert.deepEqual((await control.compareConfig(path)).differences, [expected])
  assert.equal((await control.execute({type: 'reload'}, 'a test')).ok, true)
  await shows(control, ({configuration}) => configuration.generation === 2)
  write('proxy: {}')
  assert.match((await control.compareConfig()).findings[0] ?? '', /api\.yaml:1:\d+: .*services/)
  assert.equal((await control.execute({type: 'reload'}, 'a test')).ok, false)
  const refused = await shows(control, ({configuration}) => configuration.problem !== undefined)
  assert.equal(refused.configuration.generation, 2)
})

forBoth(
  'requests come in batches from a cursor on, and one by one with what is hidden',
  async (_, {proxy, control}) => {
    await asked(proxy, get('/one', 'Authorization: Bearer secret'), get('/two?%C3%A9'))
    const first = await control.requests.since(undefined, 10)
    assert.deepEqual(
      first.requests.map(({target, status}) => [target, status]),
      [
        ['/one', 200],
        ['/two?%C3%A9', 200],
      ],
    )
    assert.equal(first.kept, 2)
    const [one] = first.requests
    assert.ok(one !== undefined)
    assert.match(one.requestHead, /^GET \/one HTTP\/1\.1/)
    assert.doesNotMatch(one.requestHead, /secret/)
    assert.equal(one.service, 'api')
    assert.equal(one.fault, undefined)
    assert.equal(one.attempts.length, 1)
    await asked(proxy, get('/three'), get('/four'))
    const next = await control.requests.since(first.cursor, 1)
    assert.deepEqual(
      next.requests.map(({target}) => target),
      ['/four'],
    )
    assert.equal(next.missed, 1)
    assert.deepEqual((await control.requests.since(next.cursor, 10)).requests, [])
    assert.doesNotMatch((await control.requests.detail(one.id, false))?.request.requestHead ?? '', /secret/)
    assert.match((await control.requests.detail(one.id, true))?.request.requestHead ?? '', /Bearer secret/)
    assert.equal(await control.requests.detail('0.999', false), undefined)
  },
)

forBoth('snapshots come as often as they are asked for, and no longer after that', async (_, {control}) => {
  const counted = async (perSecond: number, count: number) => {
    const times: number[] = []
    await new Promise<void>(resolve => {
      const leave = control.subscribe(({at}) => {
        times.push(at)
        if (times.length < count) return
        leave()
        resolve()
      }, perSecond)
    })
    // The first may come at once. A busy machine makes them late, never early.
    return (times.at(-1) ?? 0) - (times[1] ?? 0)
  }
  assert.ok((await counted(8, 10)) < 8 * 250, 'eight a second are more than four')
  assert.ok((await counted(4, 6)) >= 4 * 200, 'four a second are no more')
})

forBoth('problems can be had without the rest', async (_, {proxy, control}) => {
  const nowhere = (path: string) => `GET ${path} HTTP/1.1\r\nHost: nowhere.test\r\n\r\n`
  await asked(proxy, get('/one'), nowhere('/two'), get('/three'))
  const first = await control.requests.problems(undefined, 10)
  assert.deepEqual(
    first.requests.map(({target, status}) => [target, status]),
    [['/two', 421]],
  )
  assert.equal(first.missed, 0)
  await asked(proxy, get('/four'), nowhere('/five'), nowhere('/six'))
  const next = await control.requests.problems(first.cursor, 1)
  assert.deepEqual(
    next.requests.map(({target}) => target),
    ['/six'],
  )
  // A cursor says up to where all is known, so the one of all requests is good for problems.
  const {cursor} = await control.requests.since(undefined, 10)
  assert.deepEqual((await control.requests.problems(cursor, 10)).requests, [])
})

forBoth('what is in flight is listed', async (t, {proxy, control, write, path}) => {
  const silent = await startOrigin(t)
  write(yaml([silent.port]))
  assert.equal((await control.execute({type: 'reload'}, path)).ok, true)
  const client = proxy.client()
  client.send(get('/held'))
  const held = await silent.asked()
  await until(async () => (await control.requests.inFlight())[0]?.phase === 'wait')
  const [request] = await control.requests.inFlight()
  assert.equal(request?.target, '/held')
  assert.equal(request?.instance, `127.0.0.1:${silent.port}`)
  held.send(ok())
  await client.answered(1)
  client.end()
})

forBoth(
  'bodies are kept on request, byte by byte, and a request is sent again',
  async (_, {proxy, control, ports}) => {
    await control.requests.capture('method:POST')
    // Answered by the worker after it has obeyed that.
    await control.requests.inFlight()
    await asked(proxy, post('\x00a body\r\n'))
    const {requests} = await control.requests.since(undefined, 10)
    const id = requests[0]?.id ?? ''
    const detail = await control.requests.detail(id, false)
    assert.equal(Buffer.from(detail?.requestBody?.bytes ?? []).toString('latin1'), '\x00a body\r\n')
    assert.equal(detail?.responseBody?.length, 5)
    const to = ports.map(port => `127.0.0.1:${port}`)
    const results = await control.requests.replay(id, to)
    assert.deepEqual(
      results.map(({instance, status}) => [instance, status]),
      to.map(instance => [instance, 200]),
    )
    assert.equal(Buffer.from(results[0]?.body?.bytes ?? []).toString(), 'hello')
    assert.equal(results[0]?.error, undefined)
    await assert.rejects(control.requests.replay('0.999', []), /not held any more/)
    await assert.rejects(control.requests.capture('status>'), /character \d+/)
    await control.requests.capture(undefined)
    assert.equal((await control.requests.detail(id, false))?.requestBody, undefined)
  },
)

forBoth('a stop is a command as any other, and is seen', async (_, {proxy, control}) => {
  const client = proxy.client()
  client.send('GET / HTTP/1.1\r\n')
  const draining = shows(control, ({phase}) => phase === 'draining')
  assert.equal((await control.execute({type: 'stop', force: false}, 'a test')).ok, true)
  await draining
  client.end()
})
