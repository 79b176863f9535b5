/** The text format in which Prometheus reads metrics (its exposition format, version 0.0.4): escaping, numbers, lines. */

export type MetricType = 'counter' | 'gauge' | 'histogram'

export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** The two lines that stand before the samples of a metric. */
export function headOf(name: string, type: MetricType, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
}

/** `key="value"` of each label with a comma between them; without any, nothing. */
export function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',')
}

/** A line; `labels` as of `labelsOf`. */
export function sample(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${numberText(value)}\n` : `${name}{${labels}} ${numberText(value)}\n`
}

/** The lines of a histogram: `cumulative` has one count a bound, then that of all. */
export function histogram(
  name: string,
  labels: string,
  bounds: readonly number[],
  cumulative: readonly number[],
  sum: number,
): string {
  const before = labels === '' ? '' : `${labels},`
  let lines = ''
  for (let index = 0; index < bounds.length; index++)
    lines += `${name}_bucket{${before}le="${bounds[index]}"} ${cumulative[index] ?? 0}\n`
  const count = cumulative.at(-1) ?? 0
  lines += `${name}_bucket{${before}le="+Inf"} ${count}\n`
  return lines + sample(`${name}_sum`, labels, sum) + sample(`${name}_count`, labels, count)
}

/** A backslash, a quote and a line feed are the three characters that a label's value cannot hold as they are. */
function escaped(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
