/** `explain FILE METHOD URL`: what a configuration would do with a request, with nothing running and nothing sent. */
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {explain} from '../control/explain.ts'
import type {ExplainRequest, Explanation} from '../control/explanation.ts'
import {Topology} from '../control/topology.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {explanationLines} from '../requests/explanation-lines.ts'

export interface Output {
  write(text: string): void
}

/** Prints the answer in words, or as one line of JSON; gives the exit code: 0 also where the proxy would refuse. */
export async function explainFile(
  path: string,
  request: ExplainRequest,
  {json, out, err}: {readonly json: boolean; readonly out: Output; readonly err: Output},
): Promise<number> {
  const {config, findings} = await loadConfig(path)
  if (findings !== undefined) {
    for (const finding of findings) err.write(`${formatFinding(finding)}\n`)
    return exitCodes.CONFIGURATION.code
  }
  const {services} = new Topology(config, 1, Date.now())
  const {limits, forwardsTrace} = config
  let explanation: Explanation
  try {
    explanation = explain(request, {services, limits, forwardsTrace, isLive: false})
  } catch (error) {
    err.write(`${printable(error instanceof Error ? error.message : String(error))}\n`)
    return exitCodes.USAGE.code
  }
  out.write(
    json
      ? `${JSON.stringify(explanation)}\n`
      : explanationLines(explanation)
          .map(line => `${printable(line, 500)}\n`)
          .join(''),
  )
  return exitCodes.OK.code
}
