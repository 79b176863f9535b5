/** What stands in place of the totals before the first request: how to send one. */
import {type Frame, firstFitting, shown, spread} from './frame.ts'
import type {Piece} from './text.ts'

export function invitation(frame: Frame): string {
  const {snapshot} = frame
  const [listener] = snapshot.listeners
  if (listener === undefined) return spread(frame, [['label', 'not listening yet']], [])
  const isSecure = snapshot.secureListeners?.includes(listener) === true
  const command = curlFor(listener, isSecure, snapshot.services[0]?.domains[0])
  const variants: Piece[][] = [
    [
      ['label', `listening on ${shown(listener)}, try: `],
      ['text', command],
    ],
    [
      ['label', 'try: '],
      ['text', command],
    ],
    [['text', command]],
    [['label', `listening on ${shown(listener)}`]],
  ]
  return spread(frame, firstFitting(frame, variants, []), [])
}

/** A request that this proxy would route: to an address that can be called, with a Host that a service has. */
function curlFor(listener: string, isSecure: boolean, domain: string | undefined): string {
  const url = `${isSecure ? 'https' : 'http'}://${callable(shown(listener))}/`
  // The certificate is for names, and this is an address.
  const how = isSecure ? 'curl -ik' : 'curl -i'
  if (domain === undefined || domain === '*') return `${how} ${url}`
  const host = domain.replace(/^\*/, 'www').replaceAll(/[^\w.:-]/g, '')
  return `${how} -H 'Host: ${host}' ${url}`
}

/** One that listens on all addresses is called on the one of its own host. */
export function callable(listener: string): string {
  return listener.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')
}
