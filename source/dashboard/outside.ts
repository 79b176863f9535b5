/** Does what keys ask of the world beside the proxy, and says in a line what came of it. */
import {spawn} from 'node:child_process'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {RequestDetail, Requests} from '../control/requests.ts'
import {printable} from '../printable.ts'
import {messageOf} from '../thrown.ts'
import type {Effect} from './effects.ts'
import {exportText} from './exports.ts'
import {MOUSE_OFF, MOUSE_ON} from './mouse.ts'
import type {Replays} from './request-store.ts'

export interface Result {
  readonly text: string
  readonly isBad: boolean
  readonly replays?: Replays
}

/** Terminals drop longer ones, xterm after 100,000 characters of base64. */
const MAX_OSC52 = 74_000

export interface OutsideOptions {
  /** where the terminal is written to */
  readonly write: (text: string) => void
  readonly requests: Requests
  /** gives the terminal away until `work` is done */
  readonly away: (work: () => Promise<void>) => Promise<void>
  /** the screen as it is drawn, in SVG */
  readonly picture: () => string
}

export class Outside {
  readonly #options: OutsideOptions
  /** nobody else may read it: a request holds secrets */
  #folder: Promise<string> | undefined
  #files = 0

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async carryOut(effect: Exclude<Effect, {type: 'compare' | 'explain' | 'settings'}>): Promise<Result> {
    try {
      if (effect.type === 'replay') return await this.#replay(effect.original, effect.instances)
      return {text: await this.#carryOut(effect), isBad: false}
    } catch (error) {
      return {text: printable(messageOf(error), 200), isBad: true}
    }
  }

  async #carryOut(
    effect: Exclude<Effect, {type: 'replay' | 'compare' | 'explain' | 'settings'}>,
  ): Promise<string> {
    switch (effect.type) {
      case 'copy':
        return this.#copy(effect.what, effect.text(await this.#whole(effect.of, effect.reveals)))
      case 'save':
        return `${effect.what} saved: ${await this.#save(effect.name, effect.text)}`
      case 'capture':
        await this.#options.requests.capture(effect.filter)
        return captured(effect.filter)
      case 'pager':
        return this.#page(effect.text(await this.#whole(effect.of, effect.reveals)))
      case 'mouse':
        this.#options.write(effect.on ? MOUSE_ON : MOUSE_OFF)
        return `the mouse is ${effect.on ? 'on: a click selects, the wheel scrolls' : 'off'}`
      case 'picture':
        return `picture saved: ${await this.#save('screen.svg', this.#options.picture())}`
      case 'export': {
        const {as, details, withBodies} = effect
        const name = as === 'HAR' ? 'requests.har' : 'requests.jsonl'
        const whole = (detail: RequestDetail) => (withBodies ? this.#whole(detail, false) : detail)
        const path = await this.#save(name, await exportText(as, details, whole))
        const what = details.length === 1 ? '1 request' : `${details.length} requests`
        return `${what} saved as ${as}: ${path}`
      }
    }
  }

  /** With the bodies, which may not have been asked for yet. */
  async #whole(detail: RequestDetail, reveals: boolean): Promise<RequestDetail> {
    if (detail.requestBody !== undefined || detail.responseBody !== undefined) return detail
    return (await this.#options.requests.detail(detail.request.id, reveals)) ?? detail
  }

  async #replay(known: RequestDetail, instances: readonly string[]): Promise<Result> {
    const original = await this.#whole(known, false)
    const results = await this.#options.requests.replay(original.request.id, instances)
    const [first] = results
    if (first === undefined) return {text: 'it was not sent: no such instance', isBad: true}
    const one = `${first.instance} answered ${first.status}`
    const failed = results.filter(({error}) => error !== undefined).length
    const text =
      results.length > 1 ? `${results.length} instances asked, ${failed} failed` : (first.error ?? one)
    return {text: printable(text, 200), isBad: failed > 0, replays: {original, results}}
  }

  /** In $PAGER, else in less. Pagers that know how (less) are told not to run programs themselves. */
  async #page(text: string | undefined): Promise<string> {
    if (text === undefined) throw new Error('no body of it was kept: b keeps those of requests to come')
    const path = await this.#save('body.txt', text)
    const pager = process.env.PAGER?.trim() || 'less'
    let code: number | null = 0
    await this.#options.away(async () => {
      code = await runOn(path, pager)
    })
    // Ended by a signal: by ^C, which is the person's own.
    if (code !== 0 && code !== null)
      throw new Error(`${pager} ended with ${code}: set PAGER; the body is in ${path}`)
    return `the body is in ${path}`
  }

  /** Whether the terminal takes it nobody can know: the file is there in any case. */
  async #copy(what: string, text: string | undefined): Promise<string> {
    if (text === undefined) throw new Error(`no ${what} of it was kept: b keeps those of requests to come`)
    const encoded = Buffer.from(text).toString('base64')
    const isShort = encoded.length <= MAX_OSC52
    if (isShort) this.#options.write(`\x1b]52;c;${encoded}\x07`)
    const path = await this.#save(`${what}.txt`, text)
    return isShort ? `${what} copied (OSC 52), also in ${path}` : `too long to copy: ${what} is in ${path}`
  }

  async #save(name: string, text: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'revproxy-tui-'))
    const path = join(await this.#folder, `${++this.#files}-${name}`)
    await writeFile(path, text, {mode: 0o600})
    return path
  }
}

/** $PAGER may have options, so a shell reads it; the path is no part of what the shell reads. */
function runOn(path: string, pager: string): Promise<number | null> {
  const child = spawn('/bin/sh', ['-c', `${pager} "$1"`, 'sh', path], {
    stdio: 'inherit',
    env: {...process.env, LESSSECURE: '1'},
  })
  const {promise, resolve, reject} = Promise.withResolvers<number | null>()
  child.once('error', reject)
  child.once('close', resolve)
  return promise
}

function captured(filter: string | undefined): string {
  if (filter === undefined) return 'no more bodies are kept'
  return `bodies are kept from now on${filter === '' ? '' : ` where ${printable(filter, 100)}`}`
}
