/** The shapes of everything that passes over a control socket. A field that a type gains does not compile until it has a row here. */
// Longer than our files are: a table in two files is two tables.

import {strategyNames} from '../balancing/strategies.ts'
import {MAX_AT_A_TIME, MAX_RATE, MAX_WEIGHT} from '../bounds.ts'
import type {RateLimit, Split} from '../config/config.ts'
import type {
  CertificateSnapshot,
  CheckResult,
  Command,
  ConfigComparison,
  ConfigDifference,
  ConfigurationSnapshot,
  ControlEvent,
  EjectionSnapshot,
  EventLevel,
  FaultCount,
  FaultOnPurpose,
  InstanceSnapshot,
  OperatorState,
  Outcome,
  ServiceSnapshot,
  Setting,
  SettingChangeSnapshot,
  Snapshot,
  SourceSnapshot,
  SwitchFigures,
  SwitchInstance,
  SwitchSide,
  SwitchSnapshot,
  Traffic,
  Verdict,
} from '../control/control.ts'
import {
  between,
  count,
  Definitions,
  either,
  type Fields,
  flag,
  list,
  literal,
  namesOf,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  shortText,
  text,
} from './shape.ts'

export const definitions = new Definitions()
const named = <T>(name: string, shape: Shape<T>) => definitions.named(name, shape)

const name = shortText(300)
const split = named(
  'Split',
  object<Split>({to: text, percent: number, by: namesOf({request: true, client: true})}),
)

const operatorState = namesOf<OperatorState>({ready: true, drain: true, maintenance: true})

const rateLimit = object<RateLimit>({
  requests: between(1, MAX_RATE),
  perMs: between(1, 3_600_000),
  burst: between(1, MAX_RATE),
})

type CommandOf<Type extends Command['type']> = Extract<Command, {type: Type}>

/** Each kind of command, by its type: what is checked before one is carried out. */
const commandShapes: {readonly [Type in Command['type']]: Shape<CommandOf<Type>>} = {
  'set-strategy': object<CommandOf<'set-strategy'>>({
    type: literal('set-strategy'),
    service: name,
    strategy: oneOf(strategyNames),
    guard: optional(flag),
  }),
  'set-split': object<CommandOf<'set-split'>>({
    type: literal('set-split'),
    service: name,
    percent: between(0, 100),
  }),
  'set-operator-state': object<CommandOf<'set-operator-state'>>({
    type: literal('set-operator-state'),
    state: operatorState,
    force: optional(flag),
    service: name,
    instance: name,
  }),
  'set-rate-limit': object<CommandOf<'set-rate-limit'>>({
    type: literal('set-rate-limit'),
    service: optional(name),
    limit: optional(rateLimit),
  }),
  'set-max-connections': object<CommandOf<'set-max-connections'>>({
    type: literal('set-max-connections'),
    maxConnections: between(0, MAX_AT_A_TIME),
    service: name,
    instance: name,
  }),
  'set-weight': object<CommandOf<'set-weight'>>({
    type: literal('set-weight'),
    weight: between(0, MAX_WEIGHT),
    service: name,
    instance: name,
  }),
  'end-ejection': object<CommandOf<'end-ejection'>>({
    type: literal('end-ejection'),
    service: name,
    instance: name,
  }),
  'add-fault': object<CommandOf<'add-fault'>>({
    type: literal('add-fault'),
    service: name,
    instance: optional(name),
    fault: shortText(1200),
  }),
  'clear-faults': object<CommandOf<'clear-faults'>>({type: literal('clear-faults'), number: optional(count)}),
  'check-now': object<CommandOf<'check-now'>>({type: literal('check-now'), service: name, instance: name}),
  'set-setting': object<CommandOf<'set-setting'>>({
    type: literal('set-setting'),
    service: name,
    instance: optional(name),
    key: shortText(100),
    value: optional(shortText(1000)),
  }),
  reload: object<CommandOf<'reload'>>({type: literal('reload')}),
  'reopen-log': object<CommandOf<'reopen-log'>>({type: literal('reopen-log')}),
  restart: object<CommandOf<'restart'>>({type: literal('restart')}),
  stop: object<CommandOf<'stop'>>({type: literal('stop'), force: flag}),
}

export const command: Shape<Command> = named(
  'Command',
  either<Command>(Object.values(commandShapes) as ReadonlyArray<Shape<Command>>),
)

export const outcome: Shape<Outcome> = named(
  'Outcome',
  either<Outcome>([
    object<Extract<Outcome, {ok: true}>>({ok: literal(true), message: text, undo: optional(command)}),
    object<Extract<Outcome, {ok: false}>>({ok: literal(false), message: text}),
  ]),
)

const faultCount = object<FaultCount>({
  code: text,
  blame: namesOf<FaultCount['blame']>({client: true, upstream: true, proxy: true}),
  sentence: text,
  count,
})

const traffic = named(
  'Traffic',
  object<Traffic>({
    perSecond: number,
    history: list(number),
    inFlight: number,
    requests: count,
    p50: optional(number),
    p95: optional(number),
    p99: optional(number),
    errorShare: optional(number),
    byClass: list(count),
    retried: count,
    bytesInPerSecond: number,
    bytesOutPerSecond: number,
    faults: list(faultCount),
  }),
)

const checkResult = object<CheckResult>({at: number, passed: flag, tookMs: number, reason: text, found: text})

const instance = named(
  'Instance',
  object<InstanceSnapshot>({
    key: text,
    address: text,
    port: count,
    name: optional(text),
    verdict: namesOf<Verdict>({unknown: true, up: true, down: true}),
    verdictSince: number,
    verdictReason: text,
    check: optional(text),
    lastCheck: optional(checkResult),
    ejection: optional(object<EjectionSnapshot>({since: number, until: number, reason: text, times: count})),
    passesInRow: count,
    failuresInRow: count,
    operator: operatorState,
    operatorSince: number,
    weight: number,
    startingPercent: optional(number),
    maxConnections: count,
    backup: flag,
    selectable: flag,
    acceptsSticky: flag,
    drainedInMs: optional(number),
    share: optional(number),
    traffic,
  }),
)

const source = object<SourceSnapshot>({
  kind: namesOf<SourceSnapshot['kind']>({name: true, srv: true, file: true}),
  name: text,
  count: optional(count),
  answeredAt: optional(number),
  problem: optional(text),
})

const switchFigures: Fields<SwitchFigures> = {
  requests: count,
  p50: optional(number),
  p95: optional(number),
  errorShare: optional(number),
}

const switchSide = named(
  'SwitchSide',
  object<SwitchSide>({
    ms: number,
    ...switchFigures,
    instances: list(object<SwitchInstance>({key: text, share: optional(number), ...switchFigures})),
  }),
)

const lastSwitch = named(
  'Switch',
  object<SwitchSnapshot>({
    at: number,
    from: oneOf(strategyNames),
    to: oneOf(strategyNames),
    by: text,
    before: switchSide,
    after: switchSide,
  }),
)

const settingChange = object<SettingChangeSnapshot>({
  key: text,
  instance: optional(text),
  value: text,
  file: text,
})

export const setting = named(
  'Setting',
  object<Setting>({key: text, value: text, file: optional(text), form: text, about: text}),
)

const service = named(
  'Service',
  object<ServiceSnapshot>({
    name: text,
    domains: list(text),
    paths: list(text),
    headers: list(text),
    split: optional(split),
    strategy: oneOf(strategyNames),
    switchGuard: optional(flag),
    lastSwitch: optional(lastSwitch),
    hashHeader: optional(text),
    check: optional(text),
    retry: text,
    selectable: count,
    sources: optional(list(source)),
    queued: count,
    queue: count,
    rateLimit: optional(rateLimit),
    settings: optional(list(settingChange)),
    instances: list(instance),
    traffic,
  }),
)

const faultOnPurpose = object<FaultOnPurpose>({
  number: count,
  service: text,
  instance: optional(text),
  text,
  struck: count,
  until: optional(number),
})

export const controlEvent = named(
  'Event',
  object<ControlEvent>({
    id: count,
    at: number,
    level: namesOf<EventLevel>({info: true, good: true, warning: true, bad: true}),
    subject: text,
    text,
    cause: text,
  }),
)

const configuration = object<ConfigurationSnapshot>({
  generation: count,
  loadedAt: number,
  problem: optional(text),
})

const certificate = object<CertificateSnapshot>({
  path: text,
  names: list(text),
  expiresAt: number,
  problem: optional(text),
})

const accessLog = object<NonNullable<Snapshot['accessLog']>>({
  path: text,
  written: count,
  dropped: count,
  problem: optional(text),
})

export const snapshot = named(
  'Snapshot',
  object<Omit<Snapshot, 'lost'>>({
    at: number,
    startedAt: number,
    configName: text,
    configuration,
    listeners: list(text),
    secureListeners: optional(list(text)),
    certificates: optional(list(certificate)),
    phase: namesOf<Snapshot['phase']>({running: true, draining: true}),
    workers: count,
    connections: number,
    accessLog: optional(accessLog),
    rateLimit: optional(rateLimit),
    total: traffic,
    services: list(service),
    faults: list(faultOnPurpose),
    events: list(controlEvent),
  }),
)

const difference = object<ConfigDifference>({path: text, before: optional(text), after: optional(text)})

export const comparison = named(
  'Comparison',
  object<ConfigComparison>({
    inForce: list(object<ConfigComparison['inForce'][number]>({path: text, value: text})),
    findings: list(text),
    differences: list(difference),
  }),
)
