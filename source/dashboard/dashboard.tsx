/** Starts and ends the dashboard: joins a control, a session and a terminal, and always gives the terminal back. */
// Longer than our files are: the wiring of all parts, which have files of their own.
import {type Instance, render} from 'ink'
import {setBlocking} from '../blocking.ts'
import type {Control, Snapshot} from '../control/control.ts'
import type {ExplainRequest} from '../control/explanation.ts'
import {messageOf} from '../thrown.ts'
import {ConfigFeed} from './config-feed.ts'
import type {Effect} from './effects.ts'
import {glyphs} from './glyphs.ts'
import {MOUSE_OFF, MOUSE_ON, mouseEvents} from './mouse.ts'
import {Outside} from './outside.ts'
import {svgOfLines} from './painted-svg.ts'
import type {ThemeName} from './palettes.ts'
import {PolicyFeed} from './policy-feed.ts'
import {RequestFeed} from './request-feed.ts'
import {Screen, type Suspend} from './screen.tsx'
import {Session} from './session.ts'
import {lightSvgColours, svgColours} from './svg.ts'
import {colourDepth, theme} from './theme.ts'
import {Unread} from './unread.ts'
import type {Sending} from './view.ts'

/** How long the end waits for a terminal that nobody reads. */
const END_MS = 1000

export interface DashboardOptions {
  readonly stdout: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  /** false: bold, dim and inverse only (NO_COLOR) */
  readonly colour: boolean
  /** only ASCII signs */
  readonly ascii: boolean
  /** no key changes the proxy; `q` and ^C only close the dashboard */
  readonly readOnly: boolean
  /** the proxy is another process, and goes on when the dashboard is closed */
  readonly attached?: boolean
  /** milliseconds that Ink took for a frame */
  readonly onFrame?: (tookMs: number) => void
}

/** closed: by its owner or, read-only, by its reader; terminal-gone: nobody can see it any more */
type Ending = 'closed' | 'terminal-gone'

export interface Dashboard {
  /** Resolves when the terminal is given back. Rejects, also then, with the error that drawing threw. */
  readonly done: Promise<Ending>
  close(): void
  /** Resolves when all that was drawn so far is on the terminal: frames are some ms apart. */
  flushed(): Promise<void>
}

/**
 * Shows the control on the terminal. A stop that is asked for by key goes to the control; the owner then calls `close`.
 * Throws at once, with the terminal untouched, when not even the first picture can be drawn.
 */
export function startDashboard(control: Control, options: DashboardOptions): Dashboard {
  const running = new RunningDashboard(control, options)
  return {done: running.done, close: () => running.close('closed'), flushed: () => running.flushed()}
}

class RunningDashboard {
  readonly done: Promise<Ending>
  readonly #control: Control
  readonly #options: DashboardOptions
  readonly #session: Session
  readonly #feed: RequestFeed
  readonly #outside: Outside
  readonly #config: ConfigFeed
  readonly #policy: PolicyFeed
  #suspend: Suspend | undefined
  /** another program has the terminal */
  #isAway = false
  #rate: number
  readonly #ink: Instance
  #unsubscribe: () => void
  readonly #unread: Unread
  /** resolves when the end was not read for long */
  readonly #givenUp = Promise.withResolvers<void>()
  #drawn: readonly string[] = []
  #columns = 0
  #ending: Ending | Error | undefined
  #patience: NodeJS.Timeout | undefined

  constructor(control: Control, options: DashboardOptions) {
    this.#control = control
    this.#options = options
    const {stdout, stdin} = options
    const depth = options.colour ? colourDepth(stdout) : 1
    const look = {
      theme: theme(depth),
      themeOf: (name: ThemeName) => theme(depth, name),
      glyphs: glyphs(options.ascii),
      readOnly: options.readOnly,
      attached: options.attached ?? false,
    }
    this.#session = new Session(control.snapshot(), this.#size(), look)
    this.#feed = new RequestFeed({
      requests: control.requests,
      session: this.#session,
      changed: () => this.#guarded(() => this.#draw()),
      failed: error =>
        this.#guarded(() => this.#session.say(`the recorder does not answer: ${messageOf(error)}`, true)),
    })
    this.#outside = new Outside({
      requests: control.requests,
      away: work => this.#away(work),
      write: text => stdout.write(text),
      picture: () => {
        const isLight = this.#session.view.theme === 'light'
        return svgOfLines(this.#drawn, this.#columns, isLight ? lightSvgColours : svgColours)
      },
    })
    this.#config = new ConfigFeed(control, compared =>
      this.#guarded(() => {
        if (this.#session.receiveComparison(compared)) this.#draw()
      }),
    )
    this.#policy = new PolicyFeed(control, policy =>
      this.#guarded(() => {
        if (this.#session.receivePolicy(policy)) this.#draw()
      }),
    )
    this.#rate = this.#session.view.rate
    this.#drawn = this.#session.lines()
    this.#unread = new Unread(stdout, () => this.#guarded(() => this.#draw()))
    // Before Ink's own listener: it must find lines of the new width when it draws.
    stdout.on('resize', this.#resized)
    // These stay for good: a terminal that is gone reports it again for each late write, and nobody else listens.
    stdout.on('error', this.#terminalGone)
    stdin.on('error', this.#terminalGone)
    stdin.once('end', this.#terminalGone)
    stdin.once('close', this.#terminalGone)
    setBlocking(stdout, false)
    this.#ink = render(this.#screen(), {
      stdout,
      stdin,
      alternateScreen: true,
      incrementalRendering: true,
      interactive: true,
      // Data come at most eight times a second; a key is answered within a 60th.
      maxFps: 60,
      exitOnCtrlC: false,
      patchConsole: false,
      onRender: ({renderTime}) => options.onFrame?.(renderTime),
    })
    this.#unsubscribe = this.#subscribed()
    this.done = this.#outcome()
  }

  #subscribed(): () => void {
    const came = (snapshot: Snapshot) =>
      this.#guarded(() => {
        if (this.#session.accept(snapshot)) this.#draw()
        this.#ask()
      })
    return this.#control.subscribe(came, this.#rate)
  }

  close(ending: Ending | Error): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.#unsubscribe()
    this.#options.stdout.off('resize', this.#resized)
    this.#options.stdin.off('data', this.#moused)
    // Before Ink leaves its screen: a shell would get the mouse's reports as text.
    if (this.#session.view.mouse) this.#options.stdout.write(MOUSE_OFF)
    this.#options.stdin.off('end', this.#terminalGone)
    this.#options.stdin.off('close', this.#terminalGone)
    this.#patience = setTimeout(() => this.#giveUp(), END_MS)
    this.#ink.unmount()
  }

  #giveUp(): void {
    // There Ink shows the cursor again when the process ends.
    setBlocking(process.stderr, false)
    this.#givenUp.resolve()
  }

  flushed(): Promise<void> {
    return this.#ink.waitUntilRenderFlush()
  }

  /** A question that fails is asked again with the next snapshot. */
  #ask(): void {
    const snapshot = this.#control.snapshot()
    if (snapshot.lost !== undefined) return
    this.#feed.ask(snapshot.total.requests, snapshot.at)
    const {config, policy} = this.#session.wants()
    this.#config.ask(config, snapshot)
    this.#policy.ask(policy, snapshot)
  }

  async #outcome(): Promise<Ending> {
    const read = this.#ink.waitUntilExit().finally(() => {
      this.close('closed')
      clearTimeout(this.#patience)
      // Whoever writes next does not go before it was written.
      setBlocking(this.#options.stdout, true)
    })
    await Promise.race([read, this.#givenUp.promise])
    if (this.#ending instanceof Error) throw this.#ending
    return this.#ending ?? 'closed'
  }

  #size() {
    const {columns, rows} = this.#options.stdout
    return {columns: columns > 0 ? columns : 80, height: rows > 0 ? rows : 24}
  }

  #screen() {
    this.#columns = this.#size().columns
    return <Screen lines={this.#drawn} columns={this.#columns} onKeys={this.#pressed} onReady={this.#ready} />
  }

  /** Nothing is handed to Ink when nothing changed: an idle dashboard draws no frame. */
  #draw(): void {
    if (this.#ending !== undefined || this.#isAway || this.#unread.waits()) return
    const lines = this.#session.lines()
    const {columns} = this.#size()
    if (
      columns === this.#columns &&
      lines.length === this.#drawn.length &&
      lines.every((line, row) => line === this.#drawn[row])
    )
      return
    this.#drawn = lines
    this.#ink.rerender(this.#screen())
  }

  #guarded(work: () => void): void {
    if (this.#ending !== undefined) return
    try {
      work()
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)))
    }
  }

  readonly #ready = (suspend: Suspend): void => {
    this.#suspend = suspend
  }

  readonly #terminalGone = (): void => this.close('terminal-gone')

  readonly #resized = (): void =>
    this.#guarded(() => {
      this.#session.resize(this.#size())
      this.#draw()
    })

  readonly #pressed = (keys: readonly string[]): void =>
    this.#guarded(() => {
      for (const key of keys) {
        const step = this.#session.press(key)
        if (step.send !== undefined) void this.#send(step.send)
        if (step.effect !== undefined) void this.#carryOut(step.effect)
        if (step.redraw) this.#repaint()
        if (step.leave) return this.close('closed')
      }
      const {rate} = this.#session.view
      if (rate !== this.#rate) {
        this.#rate = rate
        this.#unsubscribe()
        this.#unsubscribe = this.#subscribed()
      }
      this.#ask()
      this.#draw()
    })

  /** Ink drops what the mouse sends; it can be had only from the stream itself. */
  readonly #moused = (data: Buffer | string): void =>
    this.#guarded(() => {
      if (!this.#session.view.mouse) return
      const events = mouseEvents(String(data))
      if (events.length === 0) return
      for (const event of events) this.#session.point(event)
      this.#ask()
      this.#draw()
    })

  async #send(sending: Sending): Promise<void> {
    const outcomes = await Promise.all(
      sending.commands.map(command => this.#control.execute(command, 'keyboard')),
    )
    this.#guarded(() => {
      this.#session.report(sending, outcomes)
      this.#draw()
    })
    const {choosing} = this.#session.view
    // The list that a setting was chosen from shows what has come of it.
    if (choosing?.of === 'setting') await this.#listSettings(choosing.service, choosing.instance)
  }

  async #carryOut(effect: Effect): Promise<void> {
    if (effect.type === 'mouse') {
      // Only while it is wanted: a listener costs a copy of each key.
      this.#options.stdin.off('data', this.#moused)
      if (effect.on) this.#options.stdin.on('data', this.#moused)
    }
    if (effect.type === 'compare') {
      const compared = await this.#config.now()
      return this.#guarded(() => {
        this.#session.offerReload(compared)
        this.#draw()
      })
    }
    if (effect.type === 'explain') return this.#explain(effect.request)
    if (effect.type === 'settings') return this.#listSettings(effect.service, effect.instance)
    const {text, isBad, replays} = await this.#outside.carryOut(effect)
    this.#guarded(() => {
      if (effect.type === 'capture') this.#feed.forgetDetails()
      if (replays !== undefined) this.#session.receiveReplays(replays)
      this.#session.say(text, isBad)
      this.#draw()
    })
  }

  #explain(request: ExplainRequest): Promise<void> {
    return this.#answered(this.#control.explain(request), explanation =>
      this.#session.receiveExplanation(explanation),
    )
  }

  #listSettings(service: string, instance: string | undefined): Promise<void> {
    return this.#answered(this.#control.settings(service, instance), settings =>
      this.#session.receiveSettings(service, instance, settings),
    )
  }

  /** What the control answers is for the session; why it does not, for whoever asked. */
  async #answered<Answer>(asked: Promise<Answer>, receive: (answer: Answer) => void): Promise<void> {
    const told = await asked.then(
      answer => () => receive(answer),
      (error: unknown) => () => this.#session.say(messageOf(error), true),
    )
    this.#guarded(() => {
      told()
      this.#draw()
    })
  }

  /** Another program has the terminal until `work` is done; nothing is drawn meanwhile, and ^C is that program's. */
  async #away(work: () => Promise<void>): Promise<void> {
    const suspend = this.#suspend
    if (suspend === undefined || this.#isAway) throw new Error('the terminal cannot be given away now')
    const {stdout} = this.#options
    const interrupts = process.listeners('SIGINT')
    const nothing = () => {}
    process.removeAllListeners('SIGINT').on('SIGINT', nothing)
    this.#isAway = true
    if (this.#session.view.mouse) stdout.write(MOUSE_OFF)
    setBlocking(stdout, true)
    try {
      await suspend(work)
    } finally {
      setBlocking(stdout, false)
      this.#isAway = false
      // What was typed before the keys were ours again was echoed into the picture.
      this.#repaint()
      this.#draw()
      if (this.#session.view.mouse && this.#ending === undefined) stdout.write(MOUSE_ON)
      process.off('SIGINT', nothing)
      for (const listener of interrupts) process.on('SIGINT', listener)
    }
  }

  /** Someone else wrote on the terminal: clear it, and let Ink believe that nothing is there. */
  #repaint(): void {
    // Begins a frame that Ink's own one ends (DEC mode 2026): nobody sees the empty screen.
    this.#options.stdout.write('\x1b[?2026h\x1b[2J\x1b[H')
    this.#ink.clear()
    this.#drawn = []
  }
}
