import {join} from 'node:path'
import type {Control} from '../../source/control/control.ts'
import {RemoteControl} from '../../source/socket/remote-control.ts'
import {ControlServer} from '../../source/socket/server.ts'
import {newFolder} from '../folder.ts'
import type {Cleanups} from '../proxy/harness.ts'

export async function claimed(t: Cleanups, path = join(newFolder(t), 'a.sock')): Promise<ControlServer> {
  const server = await ControlServer.claim({
    path,
    info: {
      program: 'revproxy-tui',
      version: '1.2.3',
      api: 1,
      pid: process.pid,
      startedAt: Date.now(),
      config: '/etc/test.yaml',
    },
  })
  t.after(() => server.close())
  return server
}

export async function served(t: Cleanups, control: Control, path?: string): Promise<ControlServer> {
  const server = await claimed(t, path)
  server.serve(control)
  return server
}

export function connected(server: ControlServer, readOnly = false): Promise<RemoteControl> {
  return RemoteControl.connect({target: {socketPath: server.path}, readOnly})
}
