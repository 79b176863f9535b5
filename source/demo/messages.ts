/** What the proxy's process and the demo's process say to each other. Plain data: it crosses a pipe. */

/** One server to start. */
export interface InstancePlan {
  readonly key: string
  readonly service: string
  readonly address: string
  readonly port: number
}

/** One service to send traffic to. */
export interface Target {
  /** the Host field */
  readonly host: string
  /** keys of the instances behind it */
  readonly instances: readonly string[]
}

export interface DemoPlan {
  readonly instances: readonly InstancePlan[]
  /** where the proxy listens, such as `http://127.0.0.1:8080` */
  readonly origin: string
  readonly targets: readonly Target[]
}

/** To the child. */
export type Order = {readonly type: 'start'; readonly plan: DemoPlan} | {readonly type: 'stop'}

/** From the child. `ready` comes once, when each instance listens or has said why not. */
export type Report =
  | {readonly type: 'ready'; readonly instances: readonly string[]}
  | {readonly type: 'problem'; readonly text: string}
