/** `revproxy-tui FILE`: the proxy, its dashboard or its event lines, the demo, and an orderly end to all of them. */
// Longer than our files are: what starts, in which order, and how it ends again is one story.
import {closeSync, existsSync, openSync} from 'node:fs'
import {basename} from 'node:path'
import {isatty} from 'node:tty'
import type {Config} from '../config/config.ts'
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {Controller} from '../control/controller.ts'
import {ListenError} from '../control/listen-probe.ts'
import {AccessLogError} from '../control/outlets.ts'
import type {Demo} from '../demo/demo.ts'
import {exitCodes} from '../exit-codes.ts'
import {printableLines} from '../printable.ts'
import {AlreadyRunning} from '../socket/claim.ts'
import {PlaceError} from '../socket/places.ts'
import {TokenError} from '../socket/token.ts'
import {messageOf, stackOf} from '../thrown.ts'
import {ActivationError, activated} from './activation.ts'
import {openControlSocket, runningText} from './control-socket.ts'
import {CommandFailure} from './failure.ts'
import {outputOf, printEvents, summary} from './headless.ts'
import {meantInstead} from './parse.ts'
import {restart} from './restart.ts'
import {ServiceManager} from './service-manager.ts'
import {type Predecessor, predecessor} from './succession.ts'
import type {Call} from './table.ts'

interface RunFlags {
  readonly demo: boolean
  readonly headless: boolean
  readonly json: boolean
  readonly ascii: boolean
  readonly color: boolean
  readonly readOnly: boolean
  readonly watch: boolean
  /** path of the control socket; undefined: the usual one; false: none */
  readonly control: string | false | undefined
}

/** Runs until it is told to stop. @throws CommandFailure when it cannot start */
export async function run({args: [path = ''], options}: Call): Promise<number> {
  const before = await predecessor()
  try {
    return await runProxy(path, before, {
      demo: options.demo === true,
      headless: options.headless === true,
      json: options.json === true,
      ascii: options.ascii === true,
      color: options['no-color'] !== true,
      readOnly: options['read-only'] === true,
      watch: options['no-watch'] !== true,
      control: options['no-control'] === true ? false : options.control,
    })
  } catch (error) {
    const failure = startFailure(error)
    await before?.failed(failure instanceof Error ? failure.message : String(failure))
    throw failure
  }
}

/** What kept the proxy from starting, with its exit code; anything else is a mistake of ours and stays as it is. */
function startFailure(error: unknown): unknown {
  if (error instanceof ListenError || error instanceof PlaceError)
    return new CommandFailure('LISTEN', error.message)
  if (error instanceof AccessLogError || error instanceof TokenError || error instanceof ActivationError)
    return new CommandFailure('CONFIGURATION', error.message)
  if (error instanceof AlreadyRunning) return new CommandFailure('RUNNING', runningText(error, Date.now()))
  return error
}

async function runProxy(path: string, before: Predecessor | undefined, flags: RunFlags): Promise<number> {
  const {config, given, findings} = await loadConfig(path)
  if (findings !== undefined) {
    const hint = existsSync(path) ? '' : meantInstead('run', [path])
    const lines = findings.map(finding => `${formatFinding(finding)}${hint}`)
    for (const line of lines) process.stderr.write(`${line}\n`)
    await before?.failed(`${lines[0]}${lines.length === 1 ? '' : ` (and ${lines.length - 1} more)`}`)
    return exitCodes.CONFIGURATION.code
  }
  // The dashboard's packages take longer to read than the proxy to start: both go on at the same time.
  const drawing = canDraw(flags) ? import('../dashboard/dashboard.tsx') : undefined
  drawing?.catch(() => {}) // reported where it is awaited
  const wantedSocket = {path, flag: flags.control, config: config.control}
  // It is the lock: who starts beside another one takes it first, who follows another one gets it from that one.
  let socket = before === undefined ? await openControlSocket(wantedSocket) : undefined
  const {promise: alone, resolve: isAlone} = Promise.withResolvers<void>()
  const manager = new ServiceManager(process.env, before !== undefined)
  const inherited = before?.handed ?? activated(process.env, config.listen)
  // Workers serve as soon as they listen, and before everything has started: a signal must not end them under a request.
  const held = holdSignals()
  const controller = await Controller.start({
    config,
    configName: basename(path),
    file: {path, given},
    outputTaken: drawing !== undefined,
    ...(inherited === undefined ? {} : {inherited}),
    ...(before === undefined ? {} : {wishes: before.handed.wishes}),
    restart: followed =>
      restart(followed, {
        isDrawn: drawing !== undefined,
        hasDemo: flags.demo,
        alone,
        letGo: async () => {
          manager.leave()
          await socket?.close()
        },
      }),
  })
  stopOnSignals(controller, manager)
  held.release()
  await manager.ready(controller)
  if (before !== undefined) {
    const since = await before.takeOver()
    for (const {command, by} of since) await controller.execute(command, by)
    // Nobody else serves now: without a control socket is better than not at all.
    socket = await openControlSocket(wantedSocket).catch((error: Error) => {
      controller.events.add('bad', 'control', `there is no control socket: ${error.message}`, 'restart')
      return undefined
    })
  }
  socket?.serve(controller)
  isAlone()
  if (flags.watch) void controller.watchFile()
  survivePipes()
  const demo = flags.demo ? startDemo(controller, config) : undefined
  if (drawing === undefined) printEvents(controller, flags.json)
  else await showDashboard(controller, drawing, flags)
  const {cut} = await controller.stopped
  await (await demo)?.stop()
  await socket?.close()
  outputOf(controller.snapshot()).write(`${summary(controller.snapshot())}\n`)
  return cut ? exitCodes.CUT.code : exitCodes.OK.code
}

/** Whether there is a terminal on both ends that a dashboard can be drawn on. CI in the environment is no reason. */
function canDraw({headless, json}: RunFlags): boolean {
  const terminal =
    process.stdout.isTTY === true && process.stdin.isTTY === true && process.env.TERM !== 'dumb'
  return terminal && !headless && !json && process.env.INK_SCREEN_READER === undefined
}

async function showDashboard(
  controller: Controller,
  drawing: Promise<typeof import('../dashboard/dashboard.tsx')>,
  flags: RunFlags,
): Promise<void> {
  const {startDashboard} = await drawing
  const dashboard = startDashboard(controller, {
    stdout: process.stdout,
    stdin: process.stdin,
    colour: flags.color && !process.env.NO_COLOR,
    ascii: flags.ascii,
    readOnly: flags.readOnly,
  })
  const failed = (error: unknown) => {
    dashboard.close()
    process.stderr.write(
      `The dashboard failed; the proxy goes on without it.\n${printableLines(stackOf(error))}\n`,
    )
    printEvents(controller, flags.json)
  }
  process.on('uncaughtException', failed)
  void controller.stopped.then(() => dashboard.close())
  try {
    const ending = await dashboard.done
    process.off('uncaughtException', failed)
    if (controller.snapshot().phase !== 'running') return
    // With the terminal everybody is gone who could want it to go on; what is in flight is finished, as after q.
    if (ending === 'terminal-gone') await controller.execute({type: 'stop', force: false}, ending)
    else {
      // Who may only look has looked: that is no reason for the proxy to end.
      process.stdout.write('The dashboard is closed; the proxy goes on. Ctrl-C stops it.\n')
      printEvents(controller, flags.json)
    }
  } catch (error) {
    failed(error)
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** Those that come are kept until `release`, when somebody else has to listen for them. A second one that stops ends all at once. */
function holdSignals(): {release(): void} {
  const came: NodeJS.Signals[] = []
  const hold = (signal: NodeJS.Signals) => {
    const stops = (one: NodeJS.Signals) => one === 'SIGINT' || one === 'SIGTERM'
    if (stops(signal) && came.some(stops)) process.exit(exitCodes.CUT.code)
    came.push(signal)
  }
  for (const signal of signals) process.on(signal, hold)
  return {
    release: () => {
      for (const signal of signals) process.off(signal, hold)
      for (const signal of came) process.emit(signal)
    },
  }
}

function stopOnSignals(controller: Controller, manager: ServiceManager): void {
  let asked = 0
  const stop = (signal: string) => {
    if (asked++ === 0) void manager.stopping()
    void controller.execute({type: 'stop', force: asked > 1}, signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal))
  // Node would open its inspector for whoever connects.
  process.on('SIGUSR1', () => void controller.execute({type: 'reopen-log'}, 'SIGUSR1'))
  process.on('SIGUSR2', () => void controller.execute({type: 'restart'}, 'SIGUSR2'))
  // Without any of the three it was meant to outlive it, as with nohup, which Node does not know of.
  const hadTerminal = hasTerminal() && [0, 1, 2].some(fd => isatty(fd))
  process.on('SIGHUP', () => {
    // A terminal that closes says the same as somebody who wants the configuration read again.
    if (hadTerminal && !hasTerminal()) stop('SIGHUP')
    else void controller.reload('SIGHUP')
  })
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

/** A reader of our output that goes away takes nothing with it. */
function survivePipes(): void {
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

async function startDemo(controller: Controller, config: Config): Promise<Demo | undefined> {
  const {startDemo: start} = await import('../demo/demo.ts')
  try {
    return await start({
      config,
      proxyAddress: controller.address,
      onProblem: text => controller.events.add('warning', 'demo', text, 'demo'),
    })
  } catch (error) {
    controller.events.add('bad', 'demo', messageOf(error), 'demo')
    return undefined
  }
}
