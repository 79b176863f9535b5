/** What the numbers in records stand for: whoever gave them knows. */
export interface Names {
  /** undefined: no service */
  serviceName(service: number): string | undefined
  /** empty: no instance */
  instanceKey(service: number, instance: number): string
  /** of the ids that are made for requests */
  readonly idPrefix: string
}
