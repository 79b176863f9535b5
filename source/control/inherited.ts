/** Sockets that listen already when the process starts: those of the process before it, or of a service manager. */
import {closeSync} from 'node:fs'
import type {Listen} from '../config/config.ts'
import type {InheritedSocket} from '../proxy/messages.ts'
import {type HeldPorts, probeListen} from './listen-probe.ts'
import type {Wishes} from './wishes.ts'

/** `wanted`: the port that the configuration names, 0 included. */
export interface InheritedListener extends InheritedSocket {
  readonly wanted: number
}

export interface Inherited {
  readonly listeners: readonly InheritedListener[]
  /** `port` as the configuration names it */
  readonly admin: InheritedSocket | undefined
  /** a service manager has them too: nobody else can bind these addresses, and they may be fewer than workers */
  readonly shared: boolean
}

/** All that a process leaves to the one that follows it. */
export interface Handed extends Inherited {
  readonly wishes: Wishes
}

/**
 * The addresses to listen on, ports resolved: those that are inherited as they are, the others probed, and ports that the
 * system chose kept in `held`. What was inherited and is not wanted any more is closed.
 * @throws ListenError
 */
export async function listenFor(
  wanted: readonly Listen[],
  inherited: Inherited | undefined,
  held: HeldPorts | undefined,
): Promise<readonly Listen[]> {
  const sockets = inherited?.listeners ?? []
  const listen: Listen[] = []
  for (const one of wanted) {
    const socket = sockets.find(({address, wanted: port}) => address === one.address && port === one.port)
    if (socket !== undefined) listen.push({...one, port: socket.port})
    else listen.push(...(await probeListen([one], held)))
  }
  for (const {address, port, fd} of sockets)
    if (!listen.some(one => one.address === address && one.port === port)) closeSync(fd)
  return listen
}
