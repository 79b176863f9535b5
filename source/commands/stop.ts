/** `stop`: the proxy finishes what is in flight and ends. */
import {exitCodes} from '../exit-codes.ts'
import type {RemoteControl} from '../socket/remote-control.ts'
import {report} from './outcome.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({options, output}: Call): Promise<number> {
  return withProxy({options}, async control => {
    const force = options.force === true
    // Watched before it is asked to: afterwards it may be gone already.
    const end = options.wait === true ? ended(control) : undefined
    const outcome = await control.execute({type: 'stop', force}, 'command line')
    if (!report(outcome, options.json === true, output)) return exitCodes.REFUSED.code
    await end
    return exitCodes.OK.code
  })
}

async function ended(control: RemoteControl): Promise<void> {
  await new Promise<void>(resolve =>
    control.subscribe(({lost}) => {
      if (lost !== undefined) resolve()
    }),
  )
}
