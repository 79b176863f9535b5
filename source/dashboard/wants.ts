/** What the screen needs that snapshots do not hold: only that is asked of the control. */
import {needsInFlight} from './attention.ts'
import type {Stage} from './frame.ts'
import {selectedRequest} from './request-list.ts'
import {hasRequestsBelow} from './service-requests.ts'
import {openService, screenOf, type View} from './view.ts'

/** What is to be asked of the control beside snapshots. */
export interface Wants {
  /** finished requests: every one, or the problems alone */
  readonly log: 'all' | 'problems' | undefined
  readonly inFlight: boolean
  /** how the configuration's file compares */
  readonly config: boolean
  /** the service whose settings are looked at */
  readonly policy: string | undefined
  /** ids of requests that are looked at */
  readonly details: readonly string[]
  readonly reveals: boolean
}

/** Whether the screen counts over all requests that are held: by cause, by route, by how long they took. */
export function isCounted({tab, open, pane}: View, stage: Stage): boolean {
  if (tab === 'errors') return true
  const isService = tab === 'services' && open !== undefined
  return isService && (pane === 'latency' || pane === 'routes' || hasRequestsBelow(stage))
}

export function wantsOf(view: View, stage: Stage): Wants {
  const {tab, requests, open} = view
  const {total} = stage.latest
  const hasProblems = (total.byClass[5] ?? 0) > 0 || total.retried > 0 || total.faults.length > 0
  const needsAll = tab === 'requests' || isCounted(view, stage)
  const inspects = tab === 'requests' && requests.inspector !== undefined
  const inspector = inspects ? requests.inspector : undefined
  const selected = selectedRequest(view, stage)?.id
  const ids =
    inspector === undefined || selected === undefined
      ? []
      : inspector.compares === 'marked'
        ? requests.marked
        : [selected]
  return {
    log: needsAll ? 'all' : tab === 'services' && hasProblems ? 'problems' : undefined,
    inFlight:
      (tab === 'requests' && requests.showsInFlight) ||
      (screenOf(view, stage.latest) === 'service' && needsInFlight(openService(view, stage.latest))),
    config: tab === 'config',
    policy: screenOf(view, stage.latest) === 'policy' ? open : undefined,
    details: ids,
    reveals: inspector?.reveals ?? false,
  }
}
