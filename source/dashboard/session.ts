/** One person's session: takes snapshots, keys, sizes and outcomes, gives lines and what to send. It touches nothing outside. */
// Longer than our files are: the one place where what comes from outside meets the view, and nothing of it is decided here.
import type {Outcome, Setting, Snapshot} from '../control/control.ts'
import type {Explanation} from '../control/explanation.ts'
import type {InFlightView, RequestBatch, RequestDetail} from '../control/requests.ts'
import {explanationLines} from '../requests/explanation-lines.ts'
import {press, type Step} from './actions.ts'
import {withMessage} from './changes.ts'
import type {Compared} from './config-tab.ts'
import {draw} from './draw.ts'
import type {Stage} from './frame.ts'
import type {Glyphs} from './glyphs.ts'
import {KeptSnapshots} from './kept-snapshots.ts'
import {type MouseEvent, moused} from './mouse.ts'
import type {ThemeName} from './palettes.ts'
import type {Policy} from './policy.ts'
import {reloadOffered} from './reload.ts'
import {replayShown} from './replays.ts'
import {type Replays, RequestStore} from './request-store.ts'
import {type Ranking, rankingOf} from './rows.ts'
import {settingsListed} from './settings.ts'
import {listOf, settled} from './stage.ts'
import type {Theme} from './theme.ts'
import {initialView, type Sending, type View} from './view.ts'
import {isCounted, type Wants, wantsOf} from './wants.ts'

export interface Size {
  readonly columns: number
  readonly height: number
}

export interface Look {
  readonly theme: Theme
  /** the themes that can be chosen; without it there is but one */
  readonly themeOf?: (name: ThemeName) => Theme
  readonly glyphs: Glyphs
  readonly readOnly: boolean
  readonly attached?: boolean
}

/** Rows change seats at most this often. */
const RANKING_MS = 2000
/** A snapshot may come a little early. */
const SLACK_MS = 40
const UNDO_DEPTH = 20

/** Time is what the snapshots say it is: they come four times a second, so there is no other clock here. */
export class Session {
  #view: View = initialView
  #latest: Snapshot
  #size: Size
  #ranking: Ranking = new Map()
  #rankedBy: string | undefined
  #rankedAt = Number.NEGATIVE_INFINITY
  #drawnAt = Number.NEGATIVE_INFINITY
  readonly #look: Look
  readonly #requests = new RequestStore()
  readonly #kept = new KeptSnapshots()
  #compared: Compared | undefined
  #policy: Policy | undefined

  constructor(snapshot: Snapshot, size: Size, look: Look) {
    this.#latest = snapshot
    this.#size = size
    this.#look = look
    this.#kept.offer(snapshot)
    this.#settle()
  }

  get view(): View {
    return this.#view
  }

  /** Takes the snapshot; says whether it is time to draw again. */
  accept(snapshot: Snapshot): boolean {
    this.#latest = snapshot
    if (snapshot.lost === undefined) this.#kept.offer(snapshot)
    const {message, paused, rate} = this.#view
    if (message !== undefined && !(snapshot.at < message.until))
      this.#view = {...this.#view, message: undefined}
    if (paused !== undefined && snapshot.phase === 'draining') this.#view = {...this.#view, paused: undefined}
    this.#settle()
    // Against a clock set back as well: then the difference is negative, and large.
    return Math.abs(snapshot.at - this.#drawnAt) >= 1000 / rate - SLACK_MS
  }

  resize(size: Size): void {
    this.#size = size
    this.#settle()
  }

  press(key: string): Step {
    const before = this.#view
    const step = press(before, key, this.#stage())
    const isStop = step.send?.commands.some(command => command.type === 'stop') ?? false
    this.#view = isStop ? {...step.view, stopAsked: true} : step.view
    if (isOpening(before, this.#view)) this.#view = {...this.#view, message: undefined}
    this.#settle()
    return step
  }

  /** A click or a turn of the wheel; nothing while something lies over the screen. */
  point(event: MouseEvent): void {
    const {asking, typing, choosing, help, explained, palette} = this.#view
    if ((asking ?? typing ?? choosing ?? help ?? explained ?? palette) !== undefined) return
    this.#view = moused(this.#view, this.#stage(), event)
    this.#settle()
  }

  /** Says in the footer what came of it, and keeps what can be taken back. */
  report(sent: Sending, outcomes: readonly Outcome[]): void {
    const outcome = outcomes.find(each => !each.ok) ?? outcomes.at(-1)
    if (outcome === undefined) return
    const more = outcomes.length > 1 && outcome.ok ? `, and ${outcomes.length - 1} more` : ''
    const text = `${sent.isUndo && outcome.ok ? 'undone: ' : ''}${outcome.message}${more}`
    const undo = sent.isUndo
      ? []
      : outcomes.flatMap(each => (each.ok && each.undo !== undefined ? [each.undo] : []))
    this.#view = withMessage(this.#view, this.#stage(), text, !outcome.ok)
    this.#view = {...this.#view, undo: [...this.#view.undo, ...undo].slice(-UNDO_DEPTH)}
    const isStop = sent.commands.some(command => command.type === 'stop')
    if (isStop && !outcome.ok) this.#view = {...this.#view, stopAsked: false}
    // What a stop does stands in the footer for as long as it lasts.
    if (isStop && outcome.ok) this.#view = {...this.#view, message: undefined}
  }

  wants(): Wants {
    return wantsOf(this.#view, this.#stage())
  }

  /** Takes what has come, `isAnew`: all that is held; says whether the screen waits for it. */
  receive(batch: RequestBatch, isAnew: boolean): boolean {
    this.#requests.add(batch, isAnew)
    this.#settle()
    return isAnew
  }

  /** As `receive`. */
  receiveProblems({requests}: RequestBatch): boolean {
    const isFirst = this.#requests.problems.length === 0 && requests.length > 0
    this.#requests.addProblems(requests)
    this.#settle()
    return isFirst
  }

  /** All that is held has to be asked for again. */
  get lacksRequests(): boolean {
    return this.#requests.lacksRequests
  }

  /** What nobody looks at is let go; false: somebody may come back to it, or there is nothing. */
  forgetRequests(): boolean {
    return this.#requests.forget()
  }

  /** As `receive`. */
  receiveInFlight(inFlight: readonly InFlightView[]): boolean {
    const isFirst = this.#requests.inFlight.length === 0 && inFlight.length > 0
    this.#requests.inFlight = inFlight
    this.#settle()
    return isFirst
  }

  receiveDetails(details: readonly RequestDetail[]): void {
    this.#requests.details = new Map(details.map(detail => [detail.request.id, detail]))
  }

  /** As `receive`. */
  receiveComparison(compared: Compared): boolean {
    const isOther = JSON.stringify(compared) !== JSON.stringify(this.#compared)
    this.#compared = compared
    return isOther
  }

  /** As `receive`. */
  receivePolicy(policy: Policy): boolean {
    const isOther = JSON.stringify(policy) !== JSON.stringify(this.#policy)
    this.#policy = policy
    this.#settle()
    return isOther
  }

  /** Asks whether what differs in the file is to be put into force; says so where nothing does, or nothing can be. */
  offerReload(compared: Compared): void {
    this.#view = reloadOffered(this.#view, this.#stage(), compared)
  }

  /** Shows what came of a replay beside the request, if that is still looked at. */
  receiveReplays(replays: Replays): void {
    this.#requests.replays = replays
    this.#view = replayShown(this.#view, this.#stage(), replays)
    this.#settle()
  }

  /** Lays what would become of a request over the screen. */
  receiveExplanation(explanation: Explanation): void {
    this.#view = {...this.#view, explained: {lines: explanationLines(explanation), top: 0}}
  }

  /** Lays the settings over the screen, to choose from. */
  receiveSettings(service: string, instance: string | undefined, settings: readonly Setting[]): void {
    // One that is open already is told anew after a change, and what came of that is to be read.
    const {choosing, message} = this.#view
    const listed = settingsListed(this.#view, service, instance, settings)
    this.#view = {...listed, message: choosing?.of === 'setting' ? message : undefined}
  }

  /** A line in the footer. */
  say(text: string, isBad: boolean): void {
    this.#view = withMessage(this.#view, this.#stage(), text, isBad)
  }

  lines(): string[] {
    this.#drawnAt = this.#latest.at
    const {theme, glyphs, readOnly, themeOf} = this.#look
    const chosen = themeOf?.(this.#view.theme) ?? theme
    return draw({...this.#stage(), theme: chosen, glyphs, readOnly, view: this.#view})
  }

  #stage(): Stage {
    const {columns, height} = this.#size
    const snapshot = this.#view.paused ?? this.#latest
    return {
      snapshot,
      latest: this.#latest,
      kept: this.#kept.all,
      ranking: this.#ranking,
      requests: this.#requests,
      compared: this.#compared,
      policy: this.#policy,
      columns,
      height,
      readOnly: this.#look.readOnly,
      attached: this.#look.attached ?? false,
    }
  }

  #settle(): void {
    const stage = this.#stage()
    const {requests, paused} = this.#view
    const looking = {
      filter: requests.filter,
      standsStill: !requests.follows || paused !== undefined,
      until: paused?.at,
      counts: isCounted(this.#view, stage),
      anew: requests.anew,
    }
    this.#requests.look(looking)
    const {sort} = listOf(this.#view, stage)
    if (sort !== this.#rankedBy || Math.abs(stage.snapshot.at - this.#rankedAt) >= RANKING_MS) {
      this.#ranking = rankingOf(stage.snapshot, sort)
      this.#rankedBy = sort
      this.#rankedAt = stage.snapshot.at
    }
    this.#view = settled(this.#view, this.#stage())
  }
}

/** Something that names its own keys in the last line has come up: what stands there is from before. */
function isOpening(before: View, after: View): boolean {
  const opened = ['choosing', 'typing', 'palette', 'help', 'explained'] as const
  return (
    before.message === after.message &&
    opened.some(part => before[part] === undefined && after[part] !== undefined)
  )
}
