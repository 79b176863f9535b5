/** All metrics as text, piece by piece: a piece takes well under a millisecond, whatever there is to tell. */
import {headOf, type MetricType} from '../metrics/exposition.ts'
import {
  certificateFamilies,
  proxyFamilies,
  serviceFamilies,
  sourceFamilies,
  upstreamFamilies,
  workerFamilies,
} from './metric-families.ts'
import type {Subjects} from './metric-subjects.ts'
import {readProcess} from './process-reading.ts'

/** Characters after which a piece is given out. */
const PIECE = 16_384
/** So many subjects' counters are read in one go. */
const READ_AT_ONCE = 50

interface Rows<Subject> {
  readonly [name: string]: {
    readonly type: MetricType
    readonly help: string
    readonly lines: (name: string, subject: Subject) => string
  }
}

/** Reads all counters, then gives the text; some pieces are empty: they stand for work, too. */
export function* metricText(all: Subjects): Generator<string> {
  const {proxy, workers, certificates, sources, services, upstreams} = all
  for (const subjects of [services, upstreams]) {
    for (let at = 0; at < subjects.length; at += READ_AT_ONCE) {
      for (const {totals} of subjects.slice(at, at + READ_AT_ONCE)) totals.read()
      yield ''
    }
  }
  yield* textOf(proxyFamilies, [{...proxy, process: readProcess()}])
  yield* textOf(workerFamilies, workers)
  yield* textOf(certificateFamilies, certificates)
  yield* textOf(sourceFamilies, sources)
  yield* textOf(serviceFamilies, services)
  yield* textOf(upstreamFamilies, upstreams)
}

function* textOf<Subject>(rows: Rows<Subject>, subjects: readonly Subject[]): Generator<string> {
  for (const [name, {type, help, lines}] of Object.entries(rows)) {
    let text = headOf(name, type, help)
    for (const subject of subjects) {
      text += lines(name, subject)
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
    if (text !== '') yield text
  }
}
