/** The one table of options. Parser, help, completions and documentation are made from it. */

/** What stands for a value, for completions. */
export type ValueKind = 'file' | 'time' | 'number' | 'target'

interface OptionRow {
  readonly about: string
  /** what the value is called; absent: it is there or not */
  readonly value?: string
  readonly is?: ValueKind
  /** one letter that says the same */
  readonly short?: string
  /** it may be given several times; a line each in the value */
  readonly many?: true
}

export const options = {
  control: {
    value: 'PATH',
    is: 'target',
    about:
      'the control socket of the proxy that is meant, or http://HOST:PORT of one that is controlled over TCP',
  },
  'token-file': {value: 'PATH', is: 'file', about: 'the token for a proxy that is controlled over TCP'},
  'no-control': {about: 'do without a control socket'},
  json: {about: 'print JSON'},
  force: {about: 'also where nothing could serve any more; with stop and maintenance: cut what is in flight'},
  guard: {about: 'take it back by itself when errors at least double within 30 seconds'},
  timeout: {value: 'TIME', is: 'time', about: 'how long to wait, such as 30s or 5m; 30s'},
  lines: {value: 'N', is: 'number', about: 'how many of those that were before to begin with; 10'},
  'no-follow': {about: 'end after those that are there'},
  follow: {about: 'go on with those that come'},
  wait: {about: 'end only when it has come so far'},
  header: {
    value: 'FIELD',
    short: 'H',
    many: true,
    about: 'a field of the request, such as "X-Env: canary"; also -H, and several times',
  },
  from: {value: 'ADDRESS', about: "the client's address; 127.0.0.1"},
  demo: {about: 'also start a small server on every loopback instance of FILE, and gentle traffic'},
  headless: {about: 'no dashboard: one line for each event (by itself where there is no terminal)'},
  'read-only': {about: 'without any key that changes something'},
  'no-watch': {about: 'do not reload FILE by itself when it changes (SIGHUP still does)'},
  ascii: {about: 'draw with ASCII characters only'},
  'no-color': {about: 'draw without colours (as NO_COLOR does)'},
  help: {about: 'print what a command does and takes'},
  version: {about: 'print the version'},
} as const satisfies Record<string, OptionRow>

export type OptionName = keyof typeof options

type ValueOf<Name extends OptionName> = (typeof options)[Name] extends {value: string} ? string : true

/** Those that were given. */
export type Options = {readonly [Name in OptionName]?: ValueOf<Name>}

export function option(name: OptionName): OptionRow {
  return options[name]
}

export function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name)
}
