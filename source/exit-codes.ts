/** What the exit code of the program says. The README's table is checked against this one. */

export const exitCodes = {
  OK: {code: 0, means: 'stopped as asked, or nothing to complain about'},
  CONFIGURATION: {code: 1, means: 'the configuration cannot be read or has findings'},
  USAGE: {code: 2, means: 'the command line is wrong'},
  LISTEN: {code: 3, means: 'an address cannot be listened on'},
  CUT: {code: 4, means: 'stopped, but something in flight was cut'},
  NODE_TOO_OLD: {code: 5, means: 'this Node is older than 22.19'},
  RUNNING: {code: 6, means: 'a proxy runs on this configuration already'},
  NO_PROXY: {code: 7, means: 'no proxy runs that could be meant, or several do, or it does not answer'},
  REFUSED: {code: 8, means: 'the proxy refused, or has no such service or instance'},
  TIMED_OUT: {code: 9, means: 'what was waited for did not come in time'},
  DIFFERENT: {code: 10, means: 'diff: there are differences'},
  INTERNAL: {code: 70, means: 'a mistake of the program itself'},
} as const satisfies Record<string, {readonly code: number; readonly means: string}>
