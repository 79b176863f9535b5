/** What no single value of a health check can say: that there is one check and not two, and that its times fit. */
import type {HostDraft, ServiceDraft} from './drafts.ts'
import {httpHealthcheck, tcpHealthcheck} from './fields.ts'
import type {Report} from './finding.ts'
import {defaultsOf} from './kinds.ts'
import type {Places} from './reader.ts'
import {formatTime} from './time.ts'

type TcpDraft = NonNullable<HostDraft['tcpHealthcheck']>
type HttpDraft = NonNullable<HostDraft['httpHealthcheck']>

export function judgeHealthchecks(service: ServiceDraft, reader: Places, findings: Report): void {
  judgeKinds(service, ['tcpHealthcheck', 'httpHealthcheck'], reader, findings)
  judgeTcp(service.tcpHealthcheck, undefined, reader, findings)
  judgeHttp(service.httpHealthcheck, undefined, reader, findings)
  for (const host of service.hosts ?? []) {
    judgeKinds(host, ['tcpHealthcheck', 'httpHealthcheck', 'healthcheck'], reader, findings)
    judgeTcp(host.tcpHealthcheck, service.tcpHealthcheck, reader, findings)
    judgeHttp(host.httpHealthcheck, service.httpHealthcheck, reader, findings)
  }
}

/** The second one is the finding: whoever reads from top to bottom sees the first one hold until then. */
function judgeKinds<Key extends string>(
  owner: Partial<Record<Key, unknown>>,
  keys: readonly Key[],
  reader: Places,
  findings: Report,
): void {
  const given = keys.filter(key => reader.hasKey(owner, key))
  const [first, second] = given.toSorted((a, b) => reader.keyOffset(owner, a) - reader.keyOffset(owner, b))
  if (first === undefined || second === undefined) return
  findings.add(
    reader.keyOffset(owner, second),
    `${second} is given beside ${first}; expected one of them: an instance has one check`,
  )
}

/** `under`: the check whose keys hold where this one does not give them. */
function judgeTcp(
  check: TcpDraft | undefined,
  under: TcpDraft | undefined,
  reader: Places,
  findings: Report,
): void {
  if (check !== undefined)
    judgeTimes(check, {...defaultsOf(tcpHealthcheck.of.fields), ...under, ...check}, reader, findings)
}

function judgeHttp(
  check: HttpDraft | undefined,
  under: HttpDraft | undefined,
  reader: Places,
  findings: Report,
): void {
  if (check === undefined) return
  const whole = {...defaultsOf(httpHealthcheck.of.fields), ...under, ...check}
  judgeTimes(check, whole, reader, findings)
  if (whole.method !== 'HEAD' || whole.body === undefined) return
  const at = reader.keyOffset(check, check.body === undefined ? 'method' : 'body')
  findings.add(at, 'body is looked for in the answer to HEAD, which has none; expected method GET')
}

interface Times {
  readonly interval: number
  readonly fastInterval?: number
  readonly timeout: number
}

function judgeTimes(check: TcpDraft, whole: Times, reader: Places, findings: Report): void {
  if (!reader.isWhole(check)) return
  const {interval, fastInterval, timeout} = whole
  if (interval < timeout && (check.interval ?? check.timeout) !== undefined) {
    const at = reader.keyOffset(check, check.interval === undefined ? 'timeout' : 'interval')
    const times = `interval is ${formatTime(interval)}, shorter than timeout, which is ${formatTime(timeout)}`
    findings.add(at, `${times}; expected a check to end before the next one begins`)
  }
  if (fastInterval !== undefined && fastInterval > interval) {
    const at = reader.keyOffset(check, check.fastInterval === undefined ? 'interval' : 'fastInterval')
    const times = `fastInterval is ${formatTime(fastInterval)}, longer than interval, which is ${formatTime(interval)}`
    findings.add(at, `${times}; expected the faster of the two`)
  }
}
