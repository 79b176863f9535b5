/** A real proxy (controller and worker thread) between scripted raw sockets, and a count of what a test left behind. */
import assert from 'node:assert/strict'
import {parseConfig} from '../../source/config/parse.ts'
import type {Snapshot} from '../../source/control/control.ts'
import {Controller} from '../../source/control/controller.ts'
import type {RequestView} from '../../source/control/requests.ts'
import type {Watchdog} from '../../source/control/workers.ts'
import type {FaultCode} from '../../source/faults.ts'
import {RawClient} from './raw-client.ts'
import {RawOrigin} from './raw-origin.ts'
import {until} from './until.ts'

/** Longer than any test takes: what is not under test must not run out. */
const patient = {
  clientHead: 60,
  clientIdle: 60,
  connect: 60,
  responseHead: 60,
  bodyIdle: 60,
  tunnelIdle: 60,
  upstreamIdle: 60,
  queue: 60,
  shutdown: 60,
}

/** What a test's context is to this harness: something that cleans up after it. */
export interface Cleanups {
  after(step: () => void | Promise<void>): void
}

export interface ProxySettings {
  /** origins' ports, in the order of the configuration; a host may stand in front: `10.0.0.1:80` */
  readonly origins: ReadonlyArray<number | string>
  /** in seconds; those not named are a minute */
  readonly timeouts?: Partial<typeof patient>
  readonly limits?: Readonly<Record<string, number>>
  readonly retries?: number
  readonly domain?: string
  readonly workers?: number
  readonly trustedProxies?: readonly string[]
  readonly redact?: readonly string[]
  readonly trace?: 'refuse' | 'forward'
  readonly watchdog?: Watchdog
  /** more keys of the service and of the proxy, as in a file */
  readonly service?: Readonly<Record<string, unknown>>
  readonly proxy?: Readonly<Record<string, unknown>>
}

/** Both ends of what moves are in this process and may each have had nothing to do for a turn. */
const STILL_ROUNDS = 10

export class TestProxy {
  readonly controller: Controller

  constructor(controller: Controller) {
    this.controller = controller
  }

  get port(): number {
    return this.controller.address.port
  }

  /** The counters as they are now: any command makes the controller read them, even one that is refused. */
  async snapshot(): Promise<Snapshot> {
    await this.controller.execute({type: 'check-now', service: '', instance: ''}, 'test')
    return this.controller.snapshot()
  }

  /** Faults of requests, by code: one a request. */
  async faults(): Promise<Record<string, number>> {
    const {total} = await this.snapshot()
    return Object.fromEntries(total.faults.map(({code, count}) => [code, count]))
  }

  /** Faults of attempts, those included that were followed by another one. */
  async attemptFaults(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const service of (await this.snapshot()).services)
      for (const {traffic} of service.instances)
        for (const {code, count} of traffic.faults) counts[code] = (counts[code] ?? 0) + count
    return counts
  }

  /** Resolves once exactly these faults of requests have been counted. */
  async recorded(...codes: FaultCode[]): Promise<void> {
    const wanted: Record<string, number> = {}
    for (const code of codes) wanted[code] = (wanted[code] ?? 0) + 1
    let last: Record<string, number> = {}
    await until(
      async () => {
        last = await this.faults()
        const sum = Object.values(last).reduce((total, count) => total + count, 0)
        return sum >= codes.length
      },
      () => `faults ${JSON.stringify(last)}, wanted ${JSON.stringify(wanted)}`,
    )
    assert.deepEqual(last, wanted)
  }

  /** Of the first `count` requests that ended, once there are so many: a client has its answer before it is recorded. */
  async records(count: number): Promise<readonly RequestView[]> {
    let found: readonly RequestView[] = []
    await until(
      async () => {
        found = (await this.controller.requests.since(undefined, 1000)).requests
        return found.length >= count
      },
      () => `${found.length} of ${count} records`,
    )
    return found
  }

  /** Resolves once nothing is in flight and no client is connected; fails if the proxy made a mistake on the way. */
  async quiet(): Promise<void> {
    await until(
      async () => {
        const {total, connections, services} = await this.snapshot()
        const attempts = services.flatMap(({instances}) => instances.map(({traffic}) => traffic.inFlight))
        return total.inFlight === 0 && connections === 0 && attempts.every(count => count === 0)
      },
      () => {
        const {total, connections, services} = this.controller.snapshot()
        const attempts = services.flatMap(({instances}) => instances.map(({traffic}) => traffic.inFlight))
        return `left: ${total.inFlight} requests, ${attempts} attempts, ${connections} connections`
      },
    )
    this.assertNoMistake()
  }

  /**
   * Resolves once every worker has read what had come to it. The second answer is from a turn of its event loop that began
   * behind the first one, and so behind all of this.
   */
  async caughtUp(): Promise<void> {
    await this.controller.requests.inFlight()
    await this.controller.requests.inFlight()
  }

  /** Resolves with `amount` once it is the same however often the workers have read what had come to them: nothing moves. */
  async settled(amount: () => number | Promise<number>): Promise<number> {
    let [before, rounds] = [Number.NaN, 0]
    while (rounds < STILL_ROUNDS) {
      await this.caughtUp()
      const now = await amount()
      rounds = now === before ? rounds + 1 : 0
      before = now
    }
    return before
  }

  assertNoMistake(): void {
    const mistakes = this.controller.events.events.filter(({text}) => /mistake|died/.test(text))
    assert.deepEqual(mistakes, [], 'the proxy made a mistake')
  }

  client(): RawClient {
    return new RawClient(this.port)
  }

  /** Sends `text` on a connection of its own and gives all that comes back until the proxy closes it. */
  async exchange(text: string | Buffer): Promise<string> {
    const client = this.client()
    client.send(text)
    await client.closed
    return client.text
  }
}

/** The text of a configuration with one service `api` for api.test. */
export function configText(settings: ProxySettings): string {
  const {
    origins,
    timeouts,
    limits = {},
    retries = 0,
    domain = 'api.test',
    workers = 1,
    trustedProxies = [],
    trace = 'refuse',
    redact = [],
  } = settings
  const hosts = origins.map(origin => {
    const [port, address = '127.0.0.1'] = String(origin).split(':').reverse()
    return {address, port: Number(port)}
  })
  return JSON.stringify({
    proxy: {
      listen: {address: '127.0.0.1', port: 0},
      workers,
      trustedProxies,
      trace,
      redact,
      timeouts: {...patient, ...timeouts},
      limits,
      ...settings.proxy,
      services: [{name: 'api', domain, hosts, retryPolicy: {retries}, ...settings.service}],
    },
  })
}

export function startProxy(t: Cleanups, settings: ProxySettings): Promise<TestProxy> {
  return startConfigured(t, configText(settings), settings.watchdog)
}

/** A proxy with any configuration; port 0 is the one to listen on. */
export async function startConfigured(t: Cleanups, text: string, watchdog?: Watchdog): Promise<TestProxy> {
  const {config, findings} = parseConfig(text, 'test.yaml')
  if (config === undefined) throw new Error(JSON.stringify(findings))
  const options = {config, configName: 'test.yaml', ...(watchdog === undefined ? {} : {watchdog})}
  return new TestProxy(await startController(t, options))
}

export async function startController(
  t: Cleanups,
  options: Parameters<typeof Controller.start>[0],
): Promise<Controller> {
  const controller = await Controller.start(options)
  t.after(async () => {
    await controller.execute({type: 'stop', force: true}, 'test')
    await controller.stopped
  })
  return controller
}

export async function startOrigin(t: Cleanups): Promise<RawOrigin> {
  const origin = await RawOrigin.start()
  t.after(() => origin.stop())
  return origin
}

/** One proxy in front of one origin. */
export async function pair(
  t: Cleanups,
  settings: Omit<ProxySettings, 'origins'> = {},
): Promise<{proxy: TestProxy; origin: RawOrigin}> {
  const origin = await startOrigin(t)
  return {proxy: await startProxy(t, {...settings, origins: [origin.port]}), origin}
}

export function get(target = '/', ...fields: string[]): string {
  return `${[`GET ${target} HTTP/1.1`, 'Host: api.test', ...fields].join('\r\n')}\r\n\r\n`
}

export function post(body: string, ...fields: string[]): string {
  const head = ['POST / HTTP/1.1', 'Host: api.test', `Content-Length: ${body.length}`, ...fields]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

export function ok(body = 'hello', ...fields: string[]): string {
  return `${['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`
}
