/** A bar chart as SVG: CPU time per request by proxy, ours in colour; readable on a light and on a dark page. */

const width = 720
const barHeight = 26
const gap = 10
const labelWidth = 190
const valueWidth = 80
const top = 56

const style = `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .note { font-size: 12px; fill: #59636e }
  .ours { font-weight: 600 }
  .bar { fill: #afb8c1 }
  .bar.ours { fill: #1f883d }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .note { fill: #9198a1 }
    .bar { fill: #57606a }
    .bar.ours { fill: #3fb950 }
  }`

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** `rows` as rowsOf gives them; the shortest bar, the best, stands on top. */
export function chart(title, rows) {
  const sorted = rows.toSorted((a, b) => a.cpuBest - b.cpuBest)
  const longest = Math.max(...sorted.map(({cpuBest}) => cpuBest))
  const room = width - labelWidth - valueWidth
  const height = top + sorted.length * (barHeight + gap)
  const bars = sorted.map(({name, title: label, cpuBest}, index) => {
    const y = top + index * (barHeight + gap)
    const length = (cpuBest / longest) * room
    const kind = name.startsWith('ours') ? 'ours' : ''
    const baseline = y + barHeight / 2 + 5
    return `  <text class="${kind}" x="${labelWidth - 10}" y="${baseline}" text-anchor="end">${escaped(label)}</text>
  <rect class="bar ${kind}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3"/>
  <text class="${kind}" x="${labelWidth + length + 8}" y="${baseline}">${cpuBest.toPrecision(3)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>${escaped(title)}: CPU time per request by proxy</title>
  <style>${style}
  </style>
  <text class="title" x="0" y="18">${escaped(title)}</text>
  <text class="note" x="0" y="38">CPU time per request in µs, best round; less is better</text>
${bars.join('\n')}
</svg>
`
}
