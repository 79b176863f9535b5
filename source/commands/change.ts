/** The commands that change one thing: strategy, drain, ready, maintenance, weight, limits, split, faults, probe. */
import {type StrategyName, strategyNames} from '../balancing/strategies.ts'
import {MAX_AT_A_TIME, MAX_WEIGHT} from '../bounds.ts'
import {nearest} from '../config/nearest.ts'
import type {Command, InstanceRef, OperatorState, RateLimit, Snapshot} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {MADE_FAULT_FORM, parseMadeFault} from '../made-faults.ts'
import {parseRate, RATE_FORM, rateProblem} from '../rates.ts'
import {CommandFailure} from './failure.ts'
import {instanceNamed, placeNamed, serviceNamed} from './names.ts'
import {wholeNumber} from './numbers.ts'
import {report} from './outcome.ts'
import {withProxy} from './proxy.ts'
import type {Call, CommandName} from './table.ts'

type Words = readonly [first: string, second: string, ...more: string[]]
/** @throws CommandFailure */
type Make = (snapshot: Snapshot, words: Words, isForced: boolean, isGuarded: boolean) => Command

const makes = {
  strategy: (snapshot, [service, name], _, isGuarded) => ({
    type: 'set-strategy',
    service: serviceNamed(snapshot, service).name,
    strategy: strategyNamed(name),
    ...(isGuarded ? {guard: true} : {}),
  }),
  drain: (snapshot, [word], isForced) => operator(snapshot, instanceNamed(snapshot, word), 'drain', isForced),
  ready: (snapshot, [word]) => operator(snapshot, instanceNamed(snapshot, word), 'ready', true),
  maintenance: (snapshot, [word], isForced) => {
    const command = operator(snapshot, instanceNamed(snapshot, word), 'maintenance', isForced)
    return isForced ? {...command, force: true} : command
  },
  weight: (snapshot, [word, text]) => ({
    type: 'set-weight',
    ...instanceNamed(snapshot, word),
    weight: wholeNumber(text, 'the weight', MAX_WEIGHT),
  }),
  split: (snapshot, [service, text]) => ({
    type: 'set-split',
    service: serviceNamed(snapshot, service).name,
    percent: wholeNumber(text, 'the percentage', 100),
  }),
  'max-connections': (snapshot, [word, text]) => ({
    type: 'set-max-connections',
    ...instanceNamed(snapshot, word),
    maxConnections: wholeNumber(text, 'the number of requests', MAX_AT_A_TIME),
  }),
  'rate-limit': (snapshot, [service, ...words]) => ({
    type: 'set-rate-limit',
    service: holderNamed(snapshot, service),
    limit: rateNamed(words.join(' ')),
  }),
  readmit: (snapshot, [word]) => ({type: 'end-ejection', ...instanceNamed(snapshot, word)}),
  fault: (snapshot, [word, ...words]) => ({
    type: 'add-fault',
    ...placeNamed(snapshot, word),
    fault: faultNamed(words.join(' ')),
  }),
  'reopen-log': () => ({type: 'reopen-log'}),
  probe: (snapshot, [word]) => ({type: 'check-now', ...instanceNamed(snapshot, word)}),
} as const satisfies Partial<Record<CommandName, Make>>

export function run({command, args, options, output}: Call): Promise<number> {
  const make: Make = makes[command as keyof typeof makes]
  const [first = '', second = '', ...more] = args
  return withProxy({options}, async control => {
    const words: Words = [first, second, ...more]
    const change = make(control.snapshot(), words, options.force === true, options.guard === true)
    const outcome = await control.execute(change, 'command line')
    return report(outcome, options.json === true, output) ? exitCodes.OK.code : exitCodes.REFUSED.code
  })
}

/** @throws CommandFailure when nothing could serve afterwards, unless it is forced */
function operator(snapshot: Snapshot, ref: InstanceRef, state: OperatorState, isForced: boolean) {
  const {selectable, instances} = serviceNamed(snapshot, ref.service)
  const isLast = selectable === 1 && instances.find(({key}) => key === ref.instance)?.selectable === true
  if (isLast && !isForced)
    throw new CommandFailure(
      'REFUSED',
      `${ref.instance} is the last of ${ref.service} that can serve: requests would get 503. Use --force to do it all the same.`,
    )
  return {type: 'set-operator-state', ...ref, state} as const
}

function strategyNamed(word: string): StrategyName {
  const found = strategyNames.find(name => name === word.toUpperCase())
  if (found !== undefined) return found
  const meant = nearest(word, strategyNames)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  throw new CommandFailure(
    'USAGE',
    `there is no strategy ${word}; there are ${strategyNames.join(', ')}${hint}`,
  )
}

/** A service; undefined: all of them together. @throws CommandFailure */
function holderNamed(snapshot: Snapshot, word: string): string | undefined {
  const isService = snapshot.services.some(({name}) => name === word)
  return word === 'proxy' && !isService ? undefined : serviceNamed(snapshot, word).name
}

function rateNamed(text: string): RateLimit | undefined {
  const parsed = parseRate(text)
  if (parsed === undefined)
    throw new CommandFailure('USAGE', `the rate is ${text}; expected one such as ${RATE_FORM}`)
  const problem = parsed.limit && rateProblem(parsed.limit)
  if (problem !== undefined) throw new CommandFailure('USAGE', `the rate is ${text}; ${problem}`)
  return parsed.limit
}

function faultNamed(text: string): string {
  if (parseMadeFault(text) !== undefined) return text
  throw new CommandFailure('USAGE', `the fault is ${text}; expected ${MADE_FAULT_FORM}`)
}
