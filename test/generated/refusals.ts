/** The tables of docs/refusals.md, from the codec's own, the fault table, and the corpus that tests each row. */
import {faults} from '../../source/faults.ts'
import {type MalformedCode, malformations} from '../../source/http1/malformed.ts'
import {type NastyMessage, nastyRequests, nastyResponses} from '../http1/nasty.ts'

const titles = {always: 'yes', idempotent: 'if it is idempotent', never: 'no'} as const

function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** The sections that forbid it, as the corpus names them. */
function rules(messages: readonly NastyMessage[], code: MalformedCode): string {
  const sections = messages
    .filter(message => message.code === code)
    .flatMap(({why}) => why.match(/RFC \d+ §[\d.]*\d/g) ?? [])
  return [...new Set(sections)].sort().join(', ')
}

const codes = Object.keys(malformations) as MalformedCode[]

export function requestTable(): string {
  const corpus = nastyRequests()
  const rows = codes
    .filter(code => malformations[code].status !== 502)
    .map(code => {
      const {status, because} = malformations[code]
      return [`The request ${because}`, String(status), rules(corpus, code), count(corpus, code)]
    })
  return table(['what', 'status', 'rules', 'cases'], rows)
}

export function responseTable(): string {
  const corpus = nastyResponses()
  const rows = codes
    .filter(code => corpus.some(message => message.code === code))
    .map(code => [`The response ${malformations[code].because}`, rules(corpus, code), count(corpus, code)])
  return table(['what', 'rules', 'cases'], rows)
}

function count(corpus: readonly NastyMessage[], code: MalformedCode): string {
  return String(corpus.filter(message => message.code === code).length)
}

export function faultTable(): string {
  const rows = Object.entries(faults).map(([code, {status, blame, phase, proxyStatus, retry, sentence}]) => [
    `\`${code}\``,
    String(status),
    blame,
    phase,
    `\`${proxyStatus}\``,
    titles[retry],
    sentence,
  ])
  return table(['code', 'status', 'blame', 'phase', 'Proxy-Status', 'sent again', 'what happened'], rows)
}
