/** The running proxy that a command is for: found, asked, and in words when it cannot be. */
import {resolve} from 'node:path'
import {printable} from '../printable.ts'
import {Refused, type Target, Unreachable} from '../socket/exchange.ts'
import {runningProxies} from '../socket/find.ts'
import {PlaceError} from '../socket/places.ts'
import {RemoteControl} from '../socket/remote-control.ts'
import {readToken, TokenError} from '../socket/token.ts'
import {CommandFailure} from './failure.ts'
import type {Options} from './options.ts'
import type {Call} from './table.ts'

const TOKEN = 'REVPROXY_TUI_TOKEN'

/** How long a restart may leave nobody on the control socket: a proxy that is away for so long has ended. */
export const AWAY_MS = 2000

/** Told by commands that follow a proxy. */
export function sayEnded(why: string): void {
  process.stderr.write(`the proxy has ended: ${printable(why)}\n`)
}

/** Resolves when nobody reads standard output any more, as after `| head`. That shows when something is written. */
export function unread(): Promise<void> {
  return new Promise(resolve => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve()
    })
  })
}

/** Calls `ask` with a control of the proxy that is meant. What goes wrong on the way is a failure with its exit code. */
export async function withProxy(
  {options}: Pick<Call, 'options'>,
  ask: (control: RemoteControl) => Promise<number>,
  from?: string,
): Promise<number> {
  try {
    const target = await targetOf(options)
    const readOnly = options['read-only'] === true
    return await ask(await connected(target, readOnly, from))
  } catch (error) {
    if (error instanceof Unreachable)
      throw new CommandFailure('NO_PROXY', `the proxy is lost: ${error.message}`)
    if (error instanceof Refused) throw new CommandFailure('REFUSED', error.message)
    throw error
  }
}

async function connected(
  target: Target,
  readOnly: boolean,
  from: string | undefined,
): Promise<RemoteControl> {
  try {
    return await RemoteControl.connect({target, readOnly, ...(from === undefined ? {} : {from})})
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const where = 'socketPath' in target ? target.socketPath : `${target.address}:${target.port}`
    throw new CommandFailure('NO_PROXY', `no proxy answers at ${where}: ${error.message}`)
  }
}

/** @throws CommandFailure */
export async function targetOf({control, 'token-file': tokenFile}: Options): Promise<Target> {
  if (control !== undefined && /^https?:/i.test(control)) return tcpTarget(control, tokenFile)
  if (control !== undefined) return {socketPath: resolve(control)}
  const running = await found()
  const [only, ...others] = running
  if (only === undefined)
    throw new CommandFailure(
      'NO_PROXY',
      'no proxy runs for this user. Start one with: revproxy-tui FILE\n(one whose control socket lies elsewhere is named with --control PATH)',
    )
  if (others.length === 0) return {socketPath: only.path}
  const list = running.map(({path, info}) => {
    const what = info === undefined ? 'does not answer' : `${info.config}, process ${info.pid}`
    return `  --control ${path}   ${what}`
  })
  throw new CommandFailure('NO_PROXY', `several proxies run; say which is meant:\n${list.join('\n')}`)
}

async function found() {
  try {
    return await runningProxies()
  } catch (error) {
    if (error instanceof PlaceError) throw new CommandFailure('NO_PROXY', error.message)
    throw error
  }
}

async function tcpTarget(text: string, tokenFile: string | undefined): Promise<Target> {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'http:' || url.port === '')
    throw new CommandFailure('USAGE', `${text} is no address of a control; expected http://HOST:PORT`)
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1')
  try {
    const token = tokenFile === undefined ? process.env[TOKEN] : await readToken(resolve(tokenFile))
    if (token === undefined || !/^[!-~]+$/.test(token))
      throw new CommandFailure('USAGE', `over TCP a token is needed: --token-file PATH, or ${TOKEN}`)
    return {address, port: Number(url.port), token}
  } catch (error) {
    if (error instanceof TokenError) throw new CommandFailure('USAGE', error.message)
    throw error
  }
}
