/** The one table of commands. Dispatch, help, completions and documentation are made from it: a command is a row and a file. */
// Longer than our files are: a table in two files is two tables.
import type {exitCodes} from '../exit-codes.ts'
import type {OptionName, Options} from './options.ts'

/** What an argument names, for completions. */
export type ArgumentKind =
  | 'file'
  | 'service'
  | 'instance'
  | 'instance-or-service'
  | 'service-or-proxy'
  | 'rate'
  | 'fault'
  | 'off'
  | 'setting'
  | 'setting-value'
  | 'strategy'
  | 'state'
  | 'filter'
  | 'method'
  | 'url'
  | 'number'
  | 'shell'
  | 'schema'

export interface Argument {
  readonly name: string
  readonly is: ArgumentKind
  readonly optional?: true
  /** it takes all that follow */
  readonly many?: true
}

export interface Call {
  /** the word it was called by */
  readonly command: string
  readonly args: readonly string[]
  readonly options: Options
  readonly output: {write(text: string): void}
}

export interface CommandFile {
  /** Gives the exit code. */
  run(call: Call): Promise<number>
}

export interface CommandRow {
  readonly summary: string
  readonly args: readonly Argument[]
  readonly options: readonly OptionName[]
  /** what else there is to know */
  readonly more?: string
  readonly examples?: readonly string[]
  /** beside those that every command has */
  readonly exits?: ReadonlyArray<keyof typeof exitCodes>
  /** read only when it is called: a question on the command line should not wait for the proxy's code */
  readonly load: () => Promise<CommandFile>
}

/** Options of every command that asks a running proxy. */
const remote = ['control', 'token-file', 'json'] as const
const drawn = ['ascii', 'no-color', 'read-only'] as const
const instance = {name: 'INSTANCE', is: 'instance'} as const
const service = {name: 'SERVICE', is: 'service'} as const
const refused = ['NO_PROXY', 'REFUSED'] as const
const change = () => import('./change.ts')

export const commands = {
  run: {
    summary: 'start the proxy that FILE describes, with its dashboard',
    args: [{name: 'FILE', is: 'file'}],
    options: [
      'demo',
      'headless',
      'json',
      'read-only',
      'no-watch',
      'control',
      'no-control',
      'ascii',
      'no-color',
    ],
    more: 'The word `run` may be left out. Keys: `?` in the dashboard lists them. Ctrl-C finishes what is in flight and ends; twice ends at once. With `--headless`, `--json` prints each event as a line of JSON. `--control` says where the control socket is to be.',
    examples: ['revproxy-tui sample.yaml --demo', 'revproxy-tui run proxy.yaml --headless'],
    exits: ['CONFIGURATION', 'LISTEN', 'CUT', 'RUNNING'],
    load: () => import('./run.ts'),
  },
  attach: {
    summary: 'the dashboard of a proxy that runs',
    args: [],
    options: ['control', 'token-file', ...drawn],
    more: 'Several may be attached at once, and the proxy does not notice that they come and go. `q` detaches. With `--read-only` the proxy itself refuses every change of this session. When the proxy is lost, the screen says so, and shows it again when it is back.',
    exits: ['NO_PROXY'],
    load: () => import('./attach.ts'),
  },
  status: {
    summary: 'how a proxy that runs does, in a few lines',
    args: [],
    options: remote,
    exits: ['NO_PROXY'],
    load: () => import('./status.ts'),
  },
  services: {
    summary: 'services and instances, with state, rates and latencies',
    args: [],
    options: remote,
    exits: ['NO_PROXY'],
    load: () => import('./services.ts'),
  },
  tail: {
    summary: 'finished requests as they come, those that match FILTER',
    args: [{name: 'FILTER', is: 'filter', optional: true, many: true}],
    options: [...remote, 'lines', 'no-follow'],
    more: 'Filters are those of the dashboard, such as `status>=500 service:api dur>100ms`; the proxy applies them. With `--json` a line is all that is known of a request. It ends when the proxy does, and goes on with one that follows it after a restart; what ends in the process before from then on is not seen.',
    examples: ["revproxy-tui tail 'status>=500'", 'revproxy-tui tail --json --no-follow --lines 100 retried'],
    exits: ['NO_PROXY', 'REFUSED'],
    load: () => import('./tail.ts'),
  },
  events: {
    summary: 'what happened to services, instances and the proxy',
    args: [],
    options: [...remote, 'lines', 'follow'],
    exits: ['NO_PROXY'],
    load: () => import('./events.ts'),
  },
  strategy: {
    summary: 'choose how an instance is picked for a request',
    args: [service, {name: 'NAME', is: 'strategy'}],
    options: [...remote, 'guard'],
    more: 'With `--guard`, or `switchGuard` in the file, what does harm does not stay.',
    examples: ['revproxy-tui strategy api LEAST_CONNECTIONS', 'revproxy-tui strategy api RANDOM --guard'],
    exits: refused,
    load: change,
  },
  drain: {
    summary: 'give an instance no new requests, and let it finish those that it has',
    args: [instance],
    options: [...remote, 'force'],
    more: 'Where it is the last one of its service that could serve, it is not done without `--force`.',
    examples: [
      'revproxy-tui drain api/10.0.0.7:8080 && revproxy-tui wait drained api/10.0.0.7:8080 --timeout 5m',
    ],
    exits: refused,
    load: change,
  },
  ready: {
    summary: 'let an instance serve again',
    args: [instance],
    options: remote,
    exits: refused,
    load: change,
  },
  maintenance: {
    summary: 'give an instance no requests and no checks',
    args: [instance],
    options: [...remote, 'force'],
    more: 'With `--force` what is in flight on it is cut, and it is done even where it is the last one that could serve.',
    exits: refused,
    load: change,
  },
  weight: {
    summary: 'what an instance gets beside the others; 0: no new requests',
    args: [instance, {name: 'N', is: 'number'}],
    options: remote,
    exits: refused,
    load: change,
  },
  'max-connections': {
    summary: 'how many requests an instance gets at a time; 0: any number',
    args: [instance, {name: 'N', is: 'number'}],
    options: remote,
    exits: refused,
    load: change,
  },
  'rate-limit': {
    summary: 'how often a client may ask a service, or (`proxy`) all of them together',
    args: [
      {name: 'SERVICE|proxy', is: 'service-or-proxy'},
      {name: 'RATE', is: 'rate', many: true},
    ],
    options: remote,
    more: 'RATE is requests in a time, and how many at once after a while without any: `10/s`, `600/m burst 1000`, `5/250ms`; or `off`.',
    examples: ['revproxy-tui rate-limit api 600/m burst 1000', 'revproxy-tui rate-limit proxy off'],
    exits: refused,
    load: change,
  },
  set: {
    summary: 'settings of a service or an instance that change while it runs: list them, or set one',
    args: [
      {name: 'INSTANCE|SERVICE', is: 'instance-or-service'},
      {name: 'KEY', is: 'setting', optional: true},
      {name: 'VALUE', is: 'setting-value', optional: true, many: true},
    ],
    options: remote,
    more: 'KEY is that of the file, such as `retryPolicy.retries`, or its last word where no other ends so; VALUE is written as in the file, several with spaces; `none` where the file may leave the key out, `file` for what the file says. What is set holds over reloads as long as the file says what it said, and over a restart.',
    examples: [
      'revproxy-tui set api',
      'revproxy-tui set api retries 2',
      'revproxy-tui set api retryPolicy.statuses 502 503',
      'revproxy-tui set api/10.0.0.7:8080 httpHealthcheck.interval 2s',
      'revproxy-tui set api retries file',
    ],
    exits: refused,
    load: () => import('./set.ts'),
  },
  readmit: {
    summary: 'let an instance serve again that was left out because of its answers',
    args: [instance],
    options: remote,
    exits: refused,
    load: change,
  },
  split: {
    summary: 'how many of a hundred requests a service gives to the one that its split names',
    args: [service, {name: 'PERCENT', is: 'number'}],
    options: remote,
    exits: refused,
    load: change,
  },
  fault: {
    summary: 'make a fault on purpose with requests to a service or an instance',
    args: [
      {name: 'INSTANCE|SERVICE', is: 'instance-or-service'},
      {name: 'FAULT', is: 'fault', many: true},
    ],
    options: remote,
    more: 'FAULT says what happens (`delay 2s`, `status 503`, `reset 1000`, `slow 1000`, `refuse`), and as wanted to how many of the requests (`50%`), below which path (`/api`), how often (`x10`) and for how long (`for 30s`), in this order. The dashboard says so as long as any is on.',
    examples: [
      'revproxy-tui fault api/10.0.0.7:8080 delay 2s 50% /api x10 for 30s',
      'revproxy-tui faults off',
    ],
    exits: refused,
    load: change,
  },
  faults: {
    summary: 'the faults that are made on purpose now; with `off`, the end of all of them, or of one',
    args: [
      {name: 'off', is: 'off', optional: true},
      {name: 'NUMBER', is: 'number', optional: true},
    ],
    options: remote,
    exits: refused,
    load: () => import('./faults.ts'),
  },
  probe: {
    summary: 'check the health of an instance now',
    args: [instance],
    options: remote,
    exits: refused,
    load: change,
  },
  'reopen-log': {
    summary: 'go on in the file that has the path of the access log now, as SIGUSR1 does',
    args: [],
    options: remote,
    exits: refused,
    load: change,
  },
  wait: {
    summary: 'wait until an instance or all of a service is healthy, or drained',
    args: [
      {name: 'healthy|drained', is: 'state'},
      {name: 'INSTANCE|SERVICE', is: 'instance-or-service'},
    ],
    options: [...remote, 'timeout'],
    more: 'Healthy: it gets requests, and a check has passed where there is one; of a service, each of its instances that the operator has not taken out, and at least one. Drained: taken out by the operator, with nothing in flight. `--timeout 0s` looks once.',
    exits: ['NO_PROXY', 'REFUSED', 'TIMED_OUT'],
    load: () => import('./wait.ts'),
  },
  reload: {
    summary: 'put into force what the configuration’s file says now, and show what changes',
    args: [],
    options: remote,
    exits: ['CONFIGURATION', 'NO_PROXY', 'REFUSED'],
    load: () => import('./reload.ts'),
  },
  diff: {
    summary: 'what would change if FILE were in force',
    args: [{name: 'FILE', is: 'file', optional: true}],
    options: remote,
    more: 'Without FILE: the configuration’s own file as it is now. FILE is read on the proxy’s machine.',
    exits: ['CONFIGURATION', 'NO_PROXY', 'REFUSED', 'DIFFERENT'],
    load: () => import('./diff.ts'),
  },
  explain: {
    summary: 'which service and instance a request would get, and why no other; nothing is sent',
    args: [
      {name: 'FILE', is: 'file', optional: true},
      {name: 'METHOD', is: 'method'},
      {name: 'URL', is: 'url'},
    ],
    options: [...remote, 'header', 'from'],
    more: 'Without FILE: by the proxy that runs, as things are now. With it: by what FILE says, with nothing running. It ends with 0 also where the request would be refused.',
    examples: ["revproxy-tui explain GET http://shop.example/cart -H 'X-Env: canary'"],
    exits: ['CONFIGURATION', 'NO_PROXY', 'REFUSED'],
    load: () => import('./explain.ts'),
  },
  check: {
    summary: 'say what is wrong with FILE, or that nothing is',
    args: [{name: 'FILE', is: 'file'}],
    options: ['json'],
    exits: ['CONFIGURATION'],
    load: () => import('./check.ts'),
  },
  schema: {
    summary: 'the JSON schema of configurations, for editors, or of the control socket',
    args: [{name: 'configuration|control', is: 'schema', optional: true}],
    options: ['json'],
    load: () => import('./schema.ts'),
  },
  restart: {
    summary: 'start the program anew without losing a connection',
    args: [],
    options: remote,
    more: 'A new process takes over the listeners and what the operator changed; the old one finishes what is in flight.',
    exits: refused,
    load: () => import('./restart-proxy.ts'),
  },
  stop: {
    summary: 'stop the proxy: it finishes what is in flight',
    args: [],
    options: [...remote, 'force', 'wait'],
    more: 'With `--force` what is in flight is cut. With `--wait` the command ends when the proxy has.',
    exits: refused,
    load: () => import('./stop.ts'),
  },
  completion: {
    summary: 'a script that completes commands, options and names in a shell',
    args: [{name: 'SHELL', is: 'shell'}],
    options: [],
    examples: [
      'source <(revproxy-tui completion bash)      # in ~/.bashrc',
      'source <(revproxy-tui completion zsh)       # in ~/.zshrc, after compinit',
      'revproxy-tui completion fish > ~/.config/fish/completions/revproxy-tui.fish',
    ],
    load: () => import('./completion.ts'),
  },
} as const satisfies Record<string, CommandRow>

export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as readonly CommandName[]

export function commandRow(name: CommandName): CommandRow {
  return commands[name]
}

/** `drain INSTANCE`, `tail [FILTER...]` */
export function usageOf(name: CommandName): string {
  const args = commandRow(name).args.map(({name: called, optional, many}) => {
    const all = many === true ? `${called}...` : called
    return optional === true ? `[${all}]` : all
  })
  return [name, ...args].join(' ')
}
