/** `status`: how a running proxy does, in a few lines. */
import type {Snapshot} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import type {Info} from '../socket/protocol.ts'
import {stateOf} from './instance-state.ts'
import {age, columns, counted, json, ms, share} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({options, output}: Call): Promise<number> {
  return withProxy({options}, async control => {
    const {events: _, ...snapshot} = control.snapshot()
    if (options.json === true) output.write(json({info: control.info, snapshot}))
    else output.write(statusText(control.info, control.snapshot()))
    return exitCodes.OK.code
  })
}

function statusText(info: Info, snapshot: Snapshot): string {
  const {total, services, configuration, faults, at, startedAt} = snapshot
  const set = services.reduce((sum, {settings = []}) => sum + settings.length, 0)
  const instances = services.flatMap(service => service.instances)
  const states = new Map<string, number>()
  for (const instance of instances) states.set(stateOf(instance), (states.get(stateOf(instance)) ?? 0) + 1)
  const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ')
  const silent = services.filter(({selectable}) => selectable === 0).map(({name}) => name)
  return columns([
    ['configuration', info.config],
    ['process', `${info.pid}, version ${info.version}, ${counted(snapshot.workers, 'worker')}`],
    ['state', `${snapshot.phase}, up ${age(at - startedAt)}`],
    ...(configuration.problem === undefined ? [] : [['not in force', configuration.problem]]),
    ['listening on', snapshot.listeners.join(', ')],
    ['services', `${services.length}, instances: ${counts}`],
    ...(silent.length === 0 ? [] : [['nothing serves', silent.join(', ')]]),
    ...(faults.length === 0
      ? []
      : [['on purpose', `${counted(faults.length, 'fault')}: \`faults\` lists them`]]),
    ...(set === 0
      ? []
      : [['set', `${counted(set, 'setting')} otherwise than in the file: \`set SERVICE\` lists them`]]),
    [
      'traffic',
      `${total.perSecond.toFixed(1)} requests/s, ${total.inFlight} in flight, ${snapshot.connections} connections`,
    ],
    [
      'last minute',
      `errors ${share(total.errorShare)}, p50 ${ms(total.p50)}, p95 ${ms(total.p95)}, p99 ${ms(total.p99)}`,
    ],
  ])
}
