/** `explain [FILE] METHOD URL`: what would become of a request, by a proxy that runs or by a file; nothing is sent. */
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {explain, NO_URL} from '../control/explain.ts'
import type {ExplainRequest, Explanation} from '../control/explanation.ts'
import {Topology} from '../control/topology.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {explanationLines} from '../requests/explanation-lines.ts'
import {CommandFailure} from './failure.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({args, options, output}: Call): Promise<number> {
  const [url = '', method = '', file] = args.toReversed()
  if (URL.parse(url)?.protocol !== 'http:') throw new CommandFailure('USAGE', NO_URL)
  const fields = options.header === undefined ? [] : options.header.split('\n')
  const request = {method, url, fields, from: options.from ?? '127.0.0.1'}
  const print = (explanation: Explanation) =>
    output.write(options.json === true ? json(explanation) : textOf(explanation))
  if (file !== undefined) return byFile(file, request, print)
  return withProxy({options}, async control => {
    print(await control.explain(request))
    return exitCodes.OK.code
  })
}

/** @throws CommandFailure */
async function byFile(
  path: string,
  request: ExplainRequest,
  print: (explanation: Explanation) => void,
): Promise<number> {
  const {config, findings} = await loadConfig(path)
  if (findings !== undefined)
    throw new CommandFailure('CONFIGURATION', findings.map(formatFinding).join('\n'))
  const {services} = new Topology(config, 1, Date.now())
  const {limits, forwardsTrace, trustedProxies} = config
  print(explain(request, {services, limits, forwardsTrace, trustedProxies, isLive: false}))
  return exitCodes.OK.code
}

function textOf(explanation: Explanation): string {
  return explanationLines(explanation)
    .map(line => `${printable(line, 500)}\n`)
    .join('')
}
