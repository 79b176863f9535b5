/** The configuration: what is in force, what the operator changed since, and in what the file differs by now. */
import type {ConfigComparison, ConfigDifference, ServiceSnapshot, Snapshot} from '../control/control.ts'
import {type Block, blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {tabLine, titleLine, totalLine} from './header.ts'
import {count, timeOfDay, upTime} from './numbers.ts'
import {rateLimitText} from './rate-limits.ts'
import {fit, type Piece} from './text.ts'
import type {View} from './view.ts'
import {wrapped} from './wrapped.ts'

/** What has come of the question how the file compares. */
export type Compared = ConfigComparison | {readonly failed: string}

/** Lines that the tab has for its content. */
export function configRoom(stage: Stage): number {
  return Math.max(1, stage.height - 1 - headLines(stage))
}

function headLines({height}: Stage): number {
  return height >= 12 ? 3 : 2
}

export function drawConfig(frame: Frame): string[] {
  const {height, snapshot, view} = frame
  const lines = [titleLine(frame, undefined)]
  if (headLines(frame) === 3) lines.push(totalLine(frame))
  const {generation, loadedAt} = snapshot.configuration
  const since = `generation ${generation}, in force for ${upTime(snapshot.at - loadedAt)}`
  lines.push(tabLine(frame, [['label', frame.columns < 100 ? `generation ${generation}` : since]]))
  const content = configBlock(frame)
  const top = topOf(view, frame, content.length)
  for (const line of content.slice(top, top + configRoom(frame))) lines.push(lineOf(frame, line))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

/** The first line on screen, however long the content has become. */
export function topOf(view: View, stage: Stage, length: number): number {
  return Math.max(0, Math.min(view.config.top, length - configRoom(stage)))
}

export function configBlock(frame: Frame): Block {
  const {snapshot, compared} = frame
  const block: Piece[][] = [...problemLines(frame)]
  if (compared === undefined) block.push([['label', ' the file is being read']])
  else if ('failed' in compared) block.push([['bad', ` ${shown(compared.failed)}`]])
  else block.push(...comparisonLines(frame, compared))
  block.push([], [...rule(frame, 'in force now', frame.columns, startedText(snapshot))])
  block.push(...facts(frame, proxyFacts(snapshot)))
  for (const service of snapshot.services) block.push(...facts(frame, serviceFacts(service)))
  if (compared !== undefined && !('failed' in compared))
    block.push(
      [],
      [...rule(frame, `as ${shown(snapshot.configName)} said it`, frame.columns, 'the rest is by default')],
      ...facts(frame, indented(compared.inForce)),
    )
  return block
}

function startedText({configuration, at}: Snapshot): string {
  return `loaded ${timeOfDay(configuration.loadedAt, at)}`
}

function problemLines(frame: Frame): Piece[][] {
  const {problem} = frame.snapshot.configuration
  // What is wrong with the file as it is now stands below, and says more.
  const isTold =
    frame.compared !== undefined && 'findings' in frame.compared && frame.compared.findings.length > 0
  if (problem === undefined || isTold) return []
  const lines = wrapped(`what ran runs on: ${shown(problem)}`, Math.max(16, frame.columns - 4))
  return lines.map((line, index): Piece[] => [['bad', ` ${index === 0 ? frame.glyphs.bad : ' '} ${line}`]])
}

function comparisonLines(frame: Frame, {findings, differences}: ConfigComparison): Piece[][] {
  const name = shown(frame.snapshot.configName)
  if (findings.length > 0)
    return [
      [
        [
          'bad.strong',
          ` ${name} cannot be put into force, what ran runs on: ${count(findings.length)} ${findings.length === 1 ? 'finding' : 'findings'}`,
        ],
      ],
      ...findings.map((finding): Piece[] => [['bad', `   ${shown(finding)}`]]),
    ]
  if (differences.length === 0) return [[['label', ` ${name} is as it was loaded`]]]
  const how: Piece[] = frame.readOnly
    ? []
    : [
        ['label', ': '],
        ['accent', '^R'],
        ['label', ' puts them into force'],
      ]
  return [
    [['warn.strong', ` ${name} differs from what is in force in ${changesText(differences)}`], ...how],
    ...differences.map(difference => differenceLine(frame, difference)),
  ]
}

export function changesText(differences: readonly ConfigDifference[]): string {
  return differences.length === 1 ? '1 key' : `${count(differences.length)} keys`
}

/** One line: the key, and its value before and after. */
export function differenceText({path, before, after}: ConfigDifference, arrow: string): string {
  if (before === undefined) return `+ ${path}${after === '' ? '' : `: ${after}`}`
  if (after === undefined) return `- ${path}${before === '' ? '' : `: ${before}`}`
  return `${path}: ${before} ${arrow} ${after}`
}

function differenceLine({glyphs}: Frame, difference: ConfigDifference): Piece[] {
  const {before, after} = difference
  const tone = before === undefined ? 'good' : after === undefined ? 'bad' : 'warn'
  const indent = before !== undefined && after !== undefined ? '     ' : '   '
  return [[tone, indent + shown(differenceText(difference, glyphs.arrow))]]
}

type Fact = readonly [name: string, value: string]

function proxyFacts({listeners, workers, rateLimit, startedAt, at}: Snapshot): readonly Fact[] {
  return [
    ['listen', listeners.join(', ')],
    ['workers', String(workers)],
    ...(rateLimit === undefined ? [] : [['rate limit', rateLimitText(rateLimit)] as const]),
    ['up', upTime(at - startedAt)],
  ]
}

function serviceFacts(service: ServiceSnapshot): readonly Fact[] {
  const {
    name,
    domains,
    paths,
    headers,
    split,
    strategy,
    check,
    retry,
    rateLimit,
    instances,
    settings = [],
  } = service
  const rules = [domains.join(', '), paths.some(path => path !== '/') ? paths.join(', ') : '', ...headers]
  return [
    [name, rules.filter(text => text !== '').join('  ')],
    ['  strategy', strategy],
    ['  check', check ?? 'none'],
    ['  retries', retry],
    ...(rateLimit === undefined ? [] : [['  rate limit', rateLimitText(rateLimit)] as const]),
    ...settings.map(
      ({key, instance, value, file}): Fact => [
        `  ${key}`,
        `${value}${instance === undefined ? '' : ` for ${instance}`}, the file says ${file}`,
      ],
    ),
    ...(split === undefined ? [] : [['  split', `${split.percent} % to ${split.to}`] as const]),
    ...instances.map(
      ({key, operator, weight, maxConnections}): Fact => [
        `  ${key}`,
        [
          operator,
          ...(weight === 1 ? [] : [`weight ${weight}`]),
          ...(maxConnections === 0 ? [] : [`at most ${maxConnections} at a time`]),
        ].join(', '),
      ],
    ),
  ]
}

/** What belongs to an entry of a list stands below it, without its path. */
function indented(said: ConfigComparison['inForce']): readonly Fact[] {
  const above: string[] = []
  return said.map(({path, value}) => {
    while (above.length > 0 && !path.startsWith(`${above.at(-1)}.`)) above.pop()
    const name = path.slice(above.length === 0 ? 0 : (above.at(-1)?.length ?? 0) + 1)
    const fact: Fact = [`${'  '.repeat(above.length)}${name}`, value]
    if (value === '') above.push(path)
    return fact
  })
}

/** Names in one column, values that are too long go on below. */
function facts(frame: Frame, all: readonly Fact[]): Piece[][] {
  const width = Math.min(Math.floor(frame.columns * 0.5), Math.max(12, ...all.map(([name]) => name.length)))
  const room = Math.max(12, frame.columns - width - 4)
  return all.flatMap(([name, value]) => {
    const [first = '', ...more] = wrapped(shown(value), room)
    const head: Piece[] = [
      [name.startsWith(' ') ? 'label' : 'text', ` ${fit(shown(name), width, 'left', frame.glyphs.cut)}  `],
      ['text', first],
    ]
    return [head, ...more.map((line): Piece[] => [['text', `${' '.repeat(width + 3)}${line}`]])]
  })
}
