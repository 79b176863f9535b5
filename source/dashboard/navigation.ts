/** From one screen to another: in with Enter, out with escape, across with the tabs. */
import {withCondition} from '../requests/filter.ts'
import {errorsOf, routesOf} from './aggregates.ts'
import {selectedEvent} from './events.ts'
import type {Stage} from './frame.ts'
import {tabs} from './header.ts'
import {changed, inspected, inspecting, inspectorTab} from './inspector-actions.ts'
import {openedSetting} from './policy.ts'
import {filtered, requestsOf} from './request-actions.ts'
import {requestPlan} from './request-list.ts'
import {inspectorTabs} from './requests-view.ts'
import {placeOf} from './rows.ts'
import {servicePages} from './service-head.ts'
import {selectedRow} from './stage.ts'
import {openService, screenOf, type View} from './view.ts'

/** `index` from 0: in the inspector one of its own, else one of the screens. */
export function toTab(view: View, stage: Stage, index: number): View {
  if (screenOf(view, stage.snapshot) === 'inspector') {
    const tab = inspectorTabs[index]
    return tab === undefined ? view : inspecting(view, {tab, top: 0})
  }
  if (openService(view, stage.snapshot) !== undefined && view.tab === 'services') return toPage(view, index)
  const tab = tabs[index]?.id
  return tab === undefined ? view : {...view, tab, open: undefined}
}

/** On the page of a service: one of its pages, or its requests. */
function toPage(view: View, index: number): View {
  const page = servicePages[index]?.id
  if (page === undefined || view.open === undefined) return view
  return page === 'requests' ? requestsOf(view, view.open, undefined) : {...view, pane: page}
}

/** A service opens its page, an instance its requests, a request the inspector, an event the page it is about. */
export function opened(view: View, stage: Stage): View {
  switch (screenOf(view, stage.snapshot)) {
    case 'requests':
    case 'inspector':
      return inspected(view, stage)
    case 'events':
      return openedEvent(view, stage)
    case 'config':
      return view
    case 'errors': {
      const group = errorsOf(stage)[view.errors.index]
      return group === undefined ? view : {...filtered(view, group.filter), tab: 'requests'}
    }
    case 'latency': {
      const instance = view.latency.selected
      const one = instance === '' ? undefined : instance
      return view.open === undefined ? view : requestsOf(view, view.open, one)
    }
    case 'routes':
      return openedRoute(view, stage)
    case 'policy':
      return openedSetting(view, stage)
    case 'services':
    case 'service': {
      const row = selectedRow(view, stage)
      if (row === undefined) return view
      if (row.kind === 'instance') return requestsOf(view, row.service.name, row.instance.key)
      return {
        ...view,
        open: row.service.name,
        pane: 'instances',
        detail: {...view.detail, selected: placeOf(row)},
      }
    }
  }
}

function openedRoute(view: View, stage: Stage): View {
  const {open, routes, routeSort} = view
  const route = open === undefined ? undefined : routesOf(stage, open, routeSort)[routes.index]
  if (open === undefined || route === undefined) return view
  const method = withCondition(withCondition('', 'service', open), 'method', route.method)
  return {...filtered(view, withCondition(method, 'route', route.route)), tab: 'requests'}
}

function openedEvent(view: View, stage: Stage): View {
  const {events} = stage.snapshot
  const subject = events[events.length - 1 - selectedEvent(view, stage.snapshot)]?.subject ?? ''
  const service = stage.snapshot.services.find(({name}) => subject === name || subject.startsWith(`${name}/`))
  if (service === undefined) return view
  const instance = subject.slice(service.name.length + 1)
  return {
    ...view,
    tab: 'services',
    open: service.name,
    pane: 'instances',
    detail: {...view.detail, selected: {service: service.name, instance}},
  }
}

/** An instance leads to the page of its service, where Enter goes on to its requests. */
export function into(view: View, stage: Stage): View {
  const screen = screenOf(view, stage.snapshot)
  if (screen === 'requests' || screen === 'inspector')
    return view.requests.inspector === undefined ? inspected(view, stage) : inspectorTab(view, 1)
  if (screen === 'latency' || screen === 'routes' || screen === 'policy') return view
  const row = selectedRow(view, stage)
  if (row === undefined) return opened(view, stage)
  if (row.kind === 'service' && row.folded)
    return {...view, folded: new Set([...view.folded].filter(name => name !== row.service.name))}
  if (screen === 'service') return opened(view, stage)
  return {
    ...view,
    open: row.service.name,
    pane: 'instances',
    detail: {...view.detail, selected: placeOf(row)},
  }
}

export function out(view: View, stage: Stage): View {
  const screen = screenOf(view, stage.snapshot)
  if (screen === 'requests' || screen === 'inspector') return inspectorTab(view, -1)
  if (screen !== 'services') return back(view, stage)
  const row = selectedRow(view, stage)
  if (row === undefined) return view
  const service = row.service.name
  if (row.kind === 'instance')
    return {...view, overview: {...view.overview, selected: {service, instance: undefined}}}
  return {...view, folded: new Set([...view.folded, service])}
}

/** One level back; it never leaves the dashboard. */
export function back(view: View, stage: Stage): View {
  const {requests} = view
  switch (screenOf(view, stage.snapshot)) {
    case 'inspector':
      if (requests.inspector?.compares !== undefined) return inspecting(view, {compares: undefined})
      if (requests.inspector?.isFull === false) return inspecting(view, {hasKeys: false})
      return requestPlan(view, stage).side > 0
        ? inspecting(view, {isFull: false, top: 0})
        : changed(view, {inspector: undefined})
    case 'requests':
      if (requests.inspector !== undefined) return changed(view, {inspector: undefined})
      if (requests.filter !== '') return changed(view, {filter: ''})
      return {...view, tab: 'services'}
    case 'events':
    case 'errors':
    case 'config':
      return {...view, tab: 'services'}
    case 'latency':
    case 'routes':
    case 'policy':
      return {...view, pane: 'instances'}
    case 'services':
    case 'service':
      if (view.open !== undefined) return {...view, open: undefined}
      return view.onlyUnhealthy ? {...view, onlyUnhealthy: false} : view
  }
}
