/** Faults on purpose that are on: put into force, counted, and ended when their time or their count is over. */
import {isDeepStrictEqual} from 'node:util'
import type {ServiceConfig} from '../config/config.ts'
import {MADE_FAULT_FORM, type MadeFault, madeFaultText, parseMadeFault} from '../made-faults.ts'
import {printable} from '../printable.ts'
import type {LiveFault, Order} from '../proxy/messages.ts'
import type {Command, FaultOnPurpose, Outcome} from './control.ts'
import type {EventLog} from './event-log.ts'
import type {ServiceModel} from './model.ts'

/** More than anybody can keep in mind. */
const MOST = 100

export interface FaultsOptions {
  readonly services: () => ReadonlyMap<string, ServiceModel>
  readonly events: EventLog
  readonly order: (order: Order) => void
}

export class FaultsOnPurpose {
  readonly #options: FaultsOptions
  readonly #live = new Map<string, readonly LiveFault[]>()
  /** what each service's file said last */
  readonly #given = new Map<string, ServiceConfig['faults']>()
  #last = 0

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  /** Takes another configuration over: where it says something else than before, that holds; else what is on stays on. */
  apply(by: string): void {
    const services = this.#options.services()
    for (const name of this.#live.keys()) if (!services.has(name)) this.#live.delete(name)
    for (const name of this.#given.keys()) if (!services.has(name)) this.#given.delete(name)
    for (const [name, {config, instances}] of services) {
      if (!isDeepStrictEqual(this.#given.get(name), config.faults)) {
        this.#given.set(name, config.faults)
        if (this.#live.has(name)) this.#live.set(name, [])
        for (const {instance, fault} of config.faults ?? []) this.#put(name, instance, fault, by)
      }
      const known = this.#of(name).filter(({instance}) => instance === undefined || instances.has(instance))
      if (known.length < this.#of(name).length) this.#live.set(name, known)
    }
  }

  add({service, instance, fault: text}: Extract<Command, {type: 'add-fault'}>, by: string): Outcome {
    const model = this.#options.services().get(service)
    if (model === undefined) return {ok: false, message: `there is no service ${service}`}
    if (instance !== undefined && !model.instances.has(instance))
      return {ok: false, message: `${service} has no instance ${instance}`}
    const fault = parseMadeFault(text)
    if (fault === undefined) return {ok: false, message: `expected ${MADE_FAULT_FORM}`}
    if (this.snapshot().length >= MOST) return {ok: false, message: `${MOST} faults are on already`}
    const number = this.#put(service, instance, fault, by)
    this.#tell(service)
    const where = instance ?? service
    return {
      ok: true,
      message: `on purpose from now on, ${where}: ${printable(madeFaultText(fault))}`,
      undo: {type: 'clear-faults', number},
    }
  }

  clear(number: number | undefined, by: string): Outcome {
    let ended = 0
    for (const [service, faults] of this.#live)
      for (const fault of faults)
        if (number === undefined || fault.number === number) {
          this.#end(service, fault, by)
          ended++
        }
    if (ended > 0) return {ok: true, message: ended === 1 ? 'the fault is off' : `${ended} faults are off`}
    return {ok: true, message: number === undefined ? 'no fault is on' : 'that fault is off already'}
  }

  /** Ends those whose time is over, or that have met as many requests as they were meant to. */
  endSpent(at: number): void {
    for (const [service, faults] of this.#live)
      for (const fault of faults) {
        const isOver = fault.until !== undefined && at >= fault.until
        const isSpent = fault.fault.count !== undefined && struckBy(fault) >= fault.fault.count
        if (isOver || isSpent) this.#end(service, fault, isOver ? 'time is up' : 'count reached')
      }
  }

  orders(): readonly Order[] {
    return [...this.#live].map(([service, faults]) => ({type: 'faults', service, faults}))
  }

  snapshot(): readonly FaultOnPurpose[] {
    return [...this.#live].flatMap(([service, faults]) =>
      faults.map(live => ({
        number: live.number,
        service,
        instance: live.instance,
        text: madeFaultText(live.fault),
        struck: struckBy(live),
        until: live.until,
      })),
    )
  }

  #of(service: string): readonly LiveFault[] {
    return this.#live.get(service) ?? []
  }

  #put(service: string, instance: string | undefined, fault: MadeFault, by: string): number {
    const number = ++this.#last
    const until = fault.forMs === undefined ? undefined : Date.now() + fault.forMs
    const live: LiveFault = {number, instance, fault, until, struck: new SharedArrayBuffer(4)}
    this.#live.set(service, [...this.#of(service), live])
    this.#event('bad', service, live, 'on purpose from now on', by)
    return number
  }

  #end(service: string, ended: LiveFault, by: string): void {
    this.#live.set(
      service,
      this.#of(service).filter(({number}) => number !== ended.number),
    )
    this.#tell(service)
    this.#event('good', service, ended, `over after ${struckBy(ended)} requests`, by)
  }

  #tell(service: string): void {
    this.#options.order({type: 'faults', service, faults: this.#of(service)})
  }

  #event(
    level: 'bad' | 'good',
    service: string,
    {instance, fault}: LiveFault,
    what: string,
    by: string,
  ): void {
    const subject = instance === undefined ? service : `${service}/${instance}`
    this.#options.events.add(level, subject, `fault ${what}: ${printable(madeFaultText(fault))}`, by)
  }
}

function struckBy({struck}: LiveFault): number {
  return new Uint32Array(struck)[0] ?? 0
}
