/** argv → a command; the only place that prints an error and sets the exit code. */
import meow from 'meow'
import {ActivationError} from './commands/activation.ts'
import {check} from './commands/check.ts'
import {runningText} from './commands/control-socket.ts'
import {explainFile} from './commands/explain.ts'
import {run} from './commands/run.ts'
import {ListenError} from './control/listen-probe.ts'
import {AccessLogError} from './control/outlets.ts'
import {exitCodes} from './exit-codes.ts'
import {printable, printableLines, stackOf} from './printable.ts'
import {AlreadyRunning} from './socket/claim.ts'
import {PlaceError} from './socket/places.ts'
import {TokenError} from './socket/token.ts'

const help = `
  Usage
    $ revproxy-tui FILE          start the proxy that FILE describes, with its dashboard
    $ revproxy-tui check FILE    say what is wrong with FILE, or that nothing is
    $ revproxy-tui explain FILE GET http://host/path
                                 say which service and instance FILE has for a request, and why; sends nothing

  Options
    --demo        also start a small server on every loopback instance of FILE, and gentle traffic
    --headless    no dashboard: one line for each event (by itself where there is no terminal)
    --json        with --headless: each event as a line of JSON; with explain: the answer
    --read-only   a dashboard without any key that changes something
    --no-watch    do not reload FILE by itself when it changes (SIGHUP still does)
    --control PATH   where the control socket is to be (--no-control: there is none)
    --ascii       draw with ASCII characters only
    --no-color    draw without colours (as NO_COLOR does)
    --header, -H  with explain: a field of the request, as 'X-Env: canary'; may be repeated
    --from        with explain: the client's address (127.0.0.1)
    --version     print the version
    --help        print this

  Keys: ? in the dashboard lists them. Ctrl-C finishes what is in flight and ends; twice ends at once.

  Exit codes
${Object.values(exitCodes)
  .map(({code, means}) => `    ${String(code).padEnd(3)} ${means}`)
  .join('\n')}

  Example
    $ revproxy-tui sample.yaml --demo
`

export async function main(): Promise<void> {
  try {
    process.exitCode = await dispatch()
  } catch (error) {
    if (error instanceof ListenError || error instanceof PlaceError) {
      process.stderr.write(`${printable(error.message)}\n`)
      process.exitCode = exitCodes.LISTEN.code
    } else if (error instanceof AccessLogError || error instanceof ActivationError) {
      process.stderr.write(`${printable(error.message)}\n`)
      process.exitCode = exitCodes.CONFIGURATION.code
    } else if (error instanceof TokenError) {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = exitCodes.CONFIGURATION.code
    } else if (error instanceof AlreadyRunning) {
      process.stderr.write(`${printableLines(runningText(error, Date.now()))}\n`)
      process.exitCode = exitCodes.RUNNING.code
    } else {
      process.stderr.write(`revproxy-tui made a mistake: ${printableLines(stackOf(error))}\n`)
      process.exitCode = exitCodes.INTERNAL.code
    }
  }
  // Whatever may still be open (a demo's pipe, a probe) has no say in when the program ends.
  process.exit()
}

async function dispatch(): Promise<number> {
  const {input, flags, showHelp} = meow(help, {
    importMeta: import.meta,
    description: 'A load-balancing HTTP/1.1 reverse proxy with a live terminal dashboard',
    allowUnknownFlags: false,
    booleanDefault: undefined,
    flags: {
      demo: {type: 'boolean', default: false},
      headless: {type: 'boolean', default: false},
      json: {type: 'boolean', default: false},
      ascii: {type: 'boolean', default: false},
      color: {type: 'boolean', default: true},
      readOnly: {type: 'boolean', default: false},
      watch: {type: 'boolean', default: true},
      control: {type: 'string'},
      header: {type: 'string', shortFlag: 'H', isMultiple: true},
      from: {type: 'string', default: '127.0.0.1'},
    },
  })
  const [first, second, ...rest] = input
  if (first === undefined) {
    showHelp(exitCodes.USAGE.code)
    return exitCodes.USAGE.code
  }
  if (first === 'explain' && second !== undefined && rest.length === 2) {
    const [method = '', url = ''] = rest
    const request = {method, url, fields: flags.header ?? [], from: flags.from}
    return explainFile(second, request, {json: flags.json, out: process.stdout, err: process.stderr})
  }
  if (first === 'check' && second !== undefined && rest.length === 0) {
    return check(second, process.stdout)
  }
  if (first === 'check' || first === 'explain' || second !== undefined) {
    const wrong =
      first === 'check'
        ? 'check takes one file'
        : first === 'explain'
          ? 'explain takes a file, a method and a URL'
          : `one file was expected, not "${input.join(' ')}"`
    process.stderr.write(`${printable(wrong)}. See revproxy-tui --help.\n`)
    return exitCodes.USAGE.code
  }
  const control: string | false | undefined = flags.control
  return run(first, {...flags, control})
}
