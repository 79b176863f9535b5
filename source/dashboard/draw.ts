/** The whole screen as lines: a pure function of the frame. */
import {withChooser} from './chooser.ts'
import {drawConfig} from './config-tab.ts'
import {drawErrors} from './errors.ts'
import {drawEvents} from './events.ts'
import {drawExplained} from './explained.ts'
import {footerLine} from './footer.ts'
import {blankLine, type Frame, lineOf} from './frame.ts'
import {drawInspector} from './inspector.ts'
import {inspectorRoom} from './inspector-actions.ts'
import {drawLatency} from './latency.ts'
import {percent, si} from './numbers.ts'
import {faultBanner} from './on-purpose.ts'
import {drawHelp} from './overlays.ts'
import {drawOverview} from './overview.ts'
import {withPalette} from './palette.ts'
import {drawPolicy} from './policy.ts'
import {drawRequests} from './requests.ts'
import {drawRoutes} from './routes.ts'
import {drawService} from './service.ts'
import {countsOf} from './standing.ts'
import {type Piece, widthOfPieces} from './text.ts'
import {openService, screenOf} from './view.ts'

/** `height` lines of `columns` columns each. */
export function draw(frame: Frame): string[] {
  if (frame.columns < 40 || frame.height < 8) return drawTiny(frame)
  if (frame.view.help !== undefined) return drawHelp(frame)
  if (frame.view.explained !== undefined) return drawExplained(frame, frame.view.explained)
  const lines = withPalette(frame, withChooser(frame, drawScreen(frame))).slice(0, frame.height - 1)
  return [...lines, footerLine(frame)]
}

const pages = {service: drawService, latency: drawLatency, routes: drawRoutes, policy: drawPolicy} as const

function drawScreen(frame: Frame): string[] {
  const screen = screenOf(frame.view, frame.snapshot)
  switch (screen) {
    case 'events':
      return drawEvents(frame)
    case 'config':
      return drawConfig(frame)
    case 'requests':
      return drawRequests(frame)
    case 'inspector':
      return inspectorRoom(frame.view, frame).columns === frame.columns
        ? drawInspector(frame)
        : drawRequests(frame)
    case 'errors':
      return drawErrors(frame)
    case 'services':
      return drawOverview(frame)
    case 'service':
    case 'latency':
    case 'routes':
    case 'policy': {
      const service = openService(frame.view, frame.snapshot)
      return service === undefined ? drawOverview(frame) : pages[screen](frame, service)
    }
  }
}

/** Too small for a table: one line that says the essential; the hint goes to a second one where it does not fit. */
function drawTiny(frame: Frame): string[] {
  const {columns, height, view, latest} = frame
  const isBusy = view.asking !== undefined || view.message !== undefined || latest.phase === 'draining'
  const hint: Piece = ['label', ` (${columns}x${height}, grow for more)`]
  const first = isBusy ? [] : essentials(frame)
  const isOneLine = isBusy || height < 2 || widthOfPieces([...first, hint]) <= columns
  const lines = [isBusy ? footerLine(frame) : lineOf(frame, isOneLine ? [...first, hint] : first)]
  if (!isOneLine) lines.push(lineOf(frame, [hint]))
  while (lines.length < height) lines.push(blankLine(frame))
  return lines
}

function essentials({snapshot, glyphs}: Frame): Piece[] {
  const counts = countsOf(snapshot.services)
  const {total} = snapshot
  return [
    ...faultBanner(snapshot, true),
    ['text.strong', `${si(total.perSecond)} r/s`],
    ['text', ` ${percent(total.errorShare)} % err`],
    [counts.up === 0 ? 'faint' : 'good', ` ${glyphs.up}${counts.up}`],
    [counts.drain === 0 ? 'faint' : 'warn', ` ${glyphs.drain}${counts.drain}`],
    [counts.down === 0 ? 'faint' : 'bad', ` ${glyphs.down}${counts.down}`],
  ]
}
