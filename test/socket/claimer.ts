/** Claims the control socket that is named and holds it until it is killed; says what came of it. With `sweep`, sweeps its folder. */
import {dirname} from 'node:path'
import {AlreadyRunning} from '../../source/socket/claim.ts'
import {ControlServer} from '../../source/socket/server.ts'
import {sweep} from '../../source/socket/sweep.ts'

const info = {program: 'revproxy-tui', version: '', api: 1, startedAt: 1, config: '/a.yaml'} as const
const [, , path = '', sweeps] = process.argv
try {
  if (sweeps === 'sweep') void sweep(dirname(path))
  await ControlServer.claim({path, info: {...info, pid: process.pid}})
  process.stdout.write('claimed\n')
} catch (error) {
  process.stdout.write(error instanceof AlreadyRunning ? `runs ${error.info?.pid}\n` : `${error}\n`)
}
