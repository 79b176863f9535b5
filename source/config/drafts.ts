/** What was read of a file that may have findings: any key can be missing, and rules judge what is there. Types only. */
import type {root} from './fields.ts'
import type {Read} from './kinds.ts'

export type ProxyDraft = NonNullable<Read<typeof root, false>['proxy']>
export type ServiceDraft = NonNullable<ProxyDraft['services']>[number]
export type HostDraft = NonNullable<ServiceDraft['hosts']>[number]
