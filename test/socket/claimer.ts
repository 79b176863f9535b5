/** Claims the control socket that is named and holds it until it is killed; says what came of it. */
import {AlreadyRunning} from '../../source/socket/claim.ts'
import {ControlServer} from '../../source/socket/server.ts'

const info = {program: 'revproxy-tui', version: '', api: 1, startedAt: 1, config: '/a.yaml'} as const
try {
  await ControlServer.claim({path: process.argv[2] ?? '', info: {...info, pid: process.pid}})
  process.stdout.write('claimed\n')
} catch (error) {
  process.stdout.write(error instanceof AlreadyRunning ? `runs ${error.info?.pid}\n` : `${error}\n`)
}
