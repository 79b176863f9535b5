/** A control that shows what it is told to and writes down what it is asked for. */
import type {Command, Control, Outcome, Snapshot} from '../../source/control/control.ts'
import type {Requests} from '../../source/control/requests.ts'

/** A recorder that never saw a request. */
const noRequests: Requests = {
  since: async () => ({requests: [], cursor: '', missed: 0, kept: 0}),
  detail: async () => undefined,
  inFlight: async () => [],
  capture: async () => {},
}

export class FakeControl implements Control {
  readonly requests = noRequests
  readonly commands: Command[] = []
  answer: (command: Command) => Outcome = command => ({ok: true, message: `did ${command.type}`})
  #current: Snapshot
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()

  constructor(first: Snapshot) {
    this.#current = first
  }

  get listeners(): number {
    return this.#listeners.size
  }

  snapshot(): Snapshot {
    return this.#current
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  execute(command: Command): Promise<Outcome> {
    this.commands.push(command)
    return Promise.resolve(this.answer(command))
  }

  show(snapshot: Snapshot): void {
    this.#current = snapshot
    for (const listener of this.#listeners) listener(snapshot)
  }
}
