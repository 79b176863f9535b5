/** `services`: a table of services and instances. */
import type {InstanceSnapshot, Snapshot, Traffic} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {stateOf} from './instance-state.ts'
import {columns, json, ms, share} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const head = ['SERVICE/INSTANCE', 'STATE', 'STRATEGY', 'WEIGHT', 'REQ/S', 'IN FLIGHT', 'P50', 'P99', 'ERRORS']
const numbers = [3, 4, 5, 6, 7, 8]

export function run({options, output}: Call): Promise<number> {
  return withProxy({options}, async control => {
    const snapshot = control.snapshot()
    output.write(
      options.json === true ? json(snapshot.services) : columns([head, ...rowsOf(snapshot)], numbers),
    )
    return exitCodes.OK.code
  })
}

function rowsOf({services}: Snapshot): readonly (readonly string[])[] {
  return services.flatMap(({name, strategy, selectable, instances, traffic}) => [
    [name, `${selectable} of ${instances.length}`, strategy, '', ...figures(traffic)],
    ...instances.map(instance => [
      `${name}/${instance.key}`,
      starting(instance, stateOf(instance)),
      '',
      String(instance.weight),
      ...figures(instance.traffic),
    ]),
  ])
}

function starting({startingPercent}: InstanceSnapshot, state: string): string {
  return startingPercent === undefined ? state : `${state}, ${startingPercent} %`
}

function figures({perSecond, inFlight, p50, p99, errorShare}: Traffic): readonly string[] {
  return [perSecond.toFixed(1), String(inFlight), ms(p50), ms(p99), share(errorShare)]
}
