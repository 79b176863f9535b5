/** `attach`: the dashboard of a proxy that runs elsewhere. */
import {exitCodes} from '../exit-codes.ts'
import {CommandFailure} from './failure.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export async function run({options}: Call): Promise<number> {
  if (process.stdout.isTTY !== true || process.stdin.isTTY !== true)
    throw new CommandFailure(
      'USAGE',
      'attach draws on a terminal, and there is none; see status, services, tail and events',
    )
  const drawing = import('../dashboard/dashboard.tsx')
  drawing.catch(() => {}) // reported where it is awaited
  return withProxy(
    {options},
    async control => {
      const {startDashboard} = await drawing
      const dashboard = startDashboard(control, {
        stdout: process.stdout,
        stdin: process.stdin,
        colour: options['no-color'] !== true && !process.env.NO_COLOR,
        ascii: options.ascii === true,
        readOnly: options['read-only'] === true,
        attached: true,
      })
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => dashboard.close())
      await dashboard.done
      return exitCodes.OK.code
    },
    'attached',
  )
}
