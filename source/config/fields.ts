/** The one table of configuration keys. Parser, reference and JSON schema are derived from it: a key is one row. */
// Longer than our files are: a table in two files is two tables.

import {type LogFormat, logFormats} from '../access-log/formats.ts'
import {strategyNames} from '../balancing/strategies.ts'
import {MAX_AT_A_TIME, MAX_RATE, MAX_WEIGHT} from '../bounds.ts'
import {type Fields, inherited, type List, type Mapping, type Single, type Text} from './kinds.ts'
import {HOUR, MILLISECOND, MINUTE, SECOND} from './time.ts'

const KIB = 1024
const DAY = 24 * HOUR

const time = {is: 'time', least: MILLISECOND, most: DAY} as const
const count = (least: number, most: number) => ({is: 'count', least, most}) as const
const weight = count(0, MAX_WEIGHT)
const flag = {is: 'flag'} as const
const address = {is: 'text', format: 'address'} as const satisfies Text
const choice = <Name extends string>(names: readonly Name[]) => ({is: 'choice', names}) as const

const minVersion = choice(['TLSv1.2', 'TLSv1.3'])
const file = {is: 'text', format: 'filePath'} as const satisfies Text

const certificate = {
  is: 'mapping',
  title: 'a certificate',
  fields: {
    certificate: {
      kind: file,
      required: true,
      description:
        'The certificate and those that lead to its root, in PEM, its own first. Its names say for which hosts it is shown.',
    },
    key: {kind: file, absent: 'in the same file', description: 'Its private key, in PEM, not encrypted.'},
  },
} as const satisfies Mapping

export const listenTls = {
  is: 'mapping',
  title: 'tls of a listener',
  fields: {
    certificates: {
      kind: {is: 'list', of: certificate, least: 1, orOne: true} satisfies List,
      required: true,
      description:
        'Chosen by the name that the client asks for (SNI); the first is for all other names and for none.',
    },
    minVersion: {kind: minVersion, default: 'TLSv1.2', description: 'Clients have to speak at least this.'},
  },
} as const satisfies Mapping

export const instanceTls = {
  is: 'mapping',
  title: 'tls of an instance',
  fields: {
    verify: {
      kind: flag,
      default: true,
      description:
        'Whether its certificate has to be valid; without that, anybody in between can read along.',
    },
    ca: {
      kind: file,
      absent: "the system's and Node's",
      description:
        'The certificates, in PEM, of those who may vouch for it; the path begins in the folder of this file.',
    },
    serverName: {
      kind: {is: 'text', format: 'hostName'},
      absent: 'its `address`, where that is a name',
      description: 'The name that it is asked for (SNI) and that its certificate has to have.',
    },
    minVersion: {kind: minVersion, default: 'TLSv1.2', description: 'It has to speak at least this.'},
  },
} as const satisfies Mapping

export const listen = {
  is: 'mapping',
  title: 'listen',
  fields: {
    address: {kind: address, default: '127.0.0.1', description: 'Where to listen; `::` is every address.'},
    port: {kind: count(0, 65_535), default: 8080, description: 'The port; 0 is any free one.'},
    tls: {kind: listenTls, absent: 'plain HTTP', description: 'Clients have to speak TLS here.'},
    redirect: {
      kind: choice(['https']),
      absent: 'requests are served',
      description: 'Sends every request to the same place over TLS, at `redirectPort` (308).',
    },
    redirectPort: {
      kind: count(1, 65_535),
      absent: 'that of the first other listener with `tls`, or 443',
      description: 'The port that `redirect` names.',
    },
  },
} as const satisfies Mapping

/** Those that a service may set for itself. */
const upstreamTimeouts = {
  connect: {kind: time, default: 3 * SECOND, description: 'Connecting to an instance.'},
  responseHead: {
    kind: time,
    default: 30 * SECOND,
    description: 'From the end of the request to the end of the response head; `retryPolicy.timeout` wins.',
  },
  queue: {
    kind: time,
    default: 5 * SECOND,
    description: 'Waiting for an instance that has room (`maxConnections`).',
  },
  bodyIdle: {kind: time, default: MINUTE, description: 'Silence within a body, in either direction.'},
  tunnelIdle: {kind: time, default: HOUR, description: 'Silence in a tunnel (a WebSocket, for instance).'},
  upstreamIdle: {
    kind: time,
    default: 4 * SECOND,
    description: 'A kept connection to an instance without a request; less than the instance itself allows.',
  },
} as const satisfies Fields

export const timeouts = {
  is: 'mapping',
  title: 'timeouts',
  fields: {
    clientHead: {
      kind: time,
      default: 10 * SECOND,
      description: 'From the first byte of a request to its whole head.',
    },
    clientIdle: {kind: time, default: MINUTE, description: 'A kept client connection without a request.'},
    ...upstreamTimeouts,
    handshake: {
      kind: time,
      default: 10 * SECOND,
      description: 'From the opening of a TLS connection to the end of its handshake.',
    },
    shutdown: {kind: time, default: 30 * SECOND, description: 'How long a stop waits for what is in flight.'},
    shutdownDelay: {
      kind: {is: 'time', least: 0, most: 10 * MINUTE},
      default: 0,
      description:
        'How long a stop goes on taking connections while `/readyz` already says 503, so that whoever routes here has noticed.',
    },
  },
} as const satisfies Mapping

const serviceTimeouts = {
  is: 'mapping',
  title: 'timeouts of a service',
  fields: inherited(upstreamTimeouts),
} as const satisfies Mapping

export const limits = {
  is: 'mapping',
  title: 'limits',
  fields: {
    requestLine: {kind: count(256, 64 * KIB), default: 8 * KIB, description: 'Bytes of a request line.'},
    head: {kind: count(KIB, KIB * KIB), default: 32 * KIB, description: 'Bytes of a request head.'},
    fields: {kind: count(10, 1000), default: 100, description: 'Fields in a head.'},
    upstreamHead: {kind: count(KIB, KIB * KIB), default: 64 * KIB, description: 'Bytes of a response head.'},
    replay: {
      kind: count(0, 16 * KIB * KIB),
      default: 64 * KIB,
      description: 'Bytes of a request body that are kept to be sent again; a longer one is sent once.',
    },
    connections: {
      kind: count(1, 1_000_000),
      default: 10_000,
      description: 'Client connections of one worker.',
    },
  },
} as const satisfies Mapping

export const retryPolicy = {
  is: 'single',
  of: {
    is: 'mapping',
    title: 'retryPolicy',
    fields: {
      timeout: {kind: time, absent: '`timeouts.responseHead`', description: 'The time for one attempt.'},
      retries: {kind: count(0, 10), default: 0, description: 'How many attempts more after the first.'},
      total: {
        kind: time,
        absent: 'as long as the attempts take',
        description: 'The time for all attempts and the waits between them, up to the response head.',
      },
      statuses: {
        kind: {is: 'list', of: count(400, 599), least: 1, orOne: true} satisfies List,
        absent: 'none',
        description:
          'Answers after which another instance is asked, such as 502, 503 and 504; never for a method that is not idempotent.',
      },
      budget: {
        kind: count(0, 100),
        default: 20,
        description:
          'Retries of the service under way at a time, in percent of its requests in flight; three always may. What never reached an instance does not count.',
      },
    },
  },
} as const satisfies Single

export const tcpHealthcheck = {
  is: 'single',
  of: {
    is: 'mapping',
    title: 'tcpHealthcheck',
    fields: {
      port: {
        kind: count(1, 65_535),
        absent: "the instance's own",
        description: 'Where to knock, for an instance that tells of its health on another port.',
      },
      interval: {
        kind: {is: 'time', least: 100 * MILLISECOND, most: DAY},
        default: 15 * SECOND,
        description: 'From one check to the next; not shorter than `timeout`.',
      },
      fastInterval: {
        kind: {is: 'time', least: 100 * MILLISECOND, most: DAY},
        absent: '1 second, or `interval` where that is shorter',
        description: 'The interval while results contradict the verdict, or there is none yet.',
      },
      timeout: {kind: time, default: SECOND, description: 'How long a connection may take to open.'},
      rise: {kind: count(1, 100), default: 2, description: 'Passes in a row that bring an instance up.'},
      fall: {kind: count(1, 100), default: 3, description: 'Failures in a row that take an instance down.'},
    },
  },
} as const satisfies Single

export const httpHealthcheck = {
  is: 'single',
  of: {
    is: 'mapping',
    title: 'httpHealthcheck',
    fields: {
      path: {kind: {is: 'text', format: 'requestTarget'}, default: '/', description: 'What is asked for.'},
      method: {
        kind: {is: 'choice', names: ['GET', 'HEAD']},
        default: 'GET',
        description: 'How it is asked for.',
      },
      host: {
        kind: address,
        absent: "the instance's address and port",
        description: 'The Host field of the request.',
      },
      status: {
        kind: {
          is: 'list',
          of: {is: 'range', least: 200, most: 599},
          least: 1,
          orOne: true,
        } satisfies List,
        absent: '200 to 399',
        description: 'The statuses that pass; redirects are not followed.',
      },
      headers: {
        kind: {is: 'entries', key: 'fieldName', of: {is: 'text', format: 'fieldMatch'}},
        absent: 'not looked at',
        description:
          'Header fields that the answer must have, all of them: the value, its beginning and a `*`, or `*` for any value.',
      },
      body: {
        kind: {is: 'text', format: 'bodyText'},
        absent: 'not looked at',
        description: 'A text that must occur in the first 64 KiB of the body.',
      },
      ...tcpHealthcheck.of.fields,
      timeout: {kind: time, default: SECOND, description: 'How long the whole check may take.'},
    },
  },
} as const satisfies Single

export const ejection = {
  is: 'mapping',
  title: 'ejection',
  fields: {
    errors: {
      kind: count(0, 1000),
      default: 5,
      description: 'Answers with 5xx, and broken or missing ones, in a row; 0: never for that.',
    },
    connectFailures: {
      kind: count(0, 1000),
      default: 3,
      description: 'Connections that failed in a row; 0: never for that.',
    },
    time: {
      kind: {is: 'time', least: 100 * MILLISECOND, most: DAY},
      default: 30 * SECOND,
      description: 'How long, times how often in a row; each such time without one forgives one.',
    },
    longest: {
      kind: {is: 'time', least: 100 * MILLISECOND, most: DAY},
      default: 300 * SECOND,
      description: 'How long at most.',
    },
    percent: {
      kind: count(0, 100),
      default: 50,
      description:
        "How many of the service's instances may be out at a time; never the last one that serves.",
    },
  },
} as const satisfies Mapping

const noCheck = ['none'] as const

const refusals = ['connections'] as const

export const madeFault = {
  is: 'mapping',
  title: 'a fault on purpose',
  fields: {
    delay: {
      kind: time,
      absent: 'none',
      description: 'The answer of the instance is read only so long after the request was sent.',
    },
    status: {
      kind: count(200, 599),
      absent: 'none',
      description: 'The proxy answers with this status itself; nothing gets to the instance.',
    },
    resetAfter: {
      kind: count(0, 1_000_000_000),
      absent: 'none',
      description: 'The response is broken off after so many bytes of its body; 0: before its head.',
    },
    bytesPerSecond: {
      kind: count(1, 1_000_000_000),
      absent: 'no limit',
      description: "How fast the response's body passes.",
    },
    refuse: {
      kind: choice(refusals),
      absent: 'none',
      description: 'As if the instance refused connections.',
    },
    percent: {kind: count(1, 100), default: 100, description: 'How many of a hundred requests it meets.'},
    path: {
      kind: {is: 'text', format: 'pathPrefix'},
      default: '/',
      description: 'Only requests whose path is this or lies below it.',
    },
    count: {kind: count(1, 999_999_999), absent: 'no end', description: 'So many requests, then it ends.'},
    for: {kind: time, absent: 'no end', description: 'It ends so long after it was put into force.'},
  },
} as const satisfies Mapping

const madeFaults = {is: 'list', of: madeFault, least: 0, orOne: false} as const satisfies List

export const host = {
  is: 'mapping',
  title: 'a host',
  fields: {
    address: {
      kind: address,
      required: true,
      description: 'Where the instance is; IPv6 with or without brackets.',
    },
    port: {kind: count(1, 65_535), required: true, description: 'Its port.'},
    maxConnections: {
      kind: count(1, MAX_AT_A_TIME),
      absent: "the service's",
      description: 'Requests at a time, over all workers; further ones go elsewhere or wait.',
    },
    weight: {
      kind: weight,
      absent: "the service's",
      description: 'How much of the requests it gets beside the others; 0: no new ones.',
    },
    backup: {
      kind: flag,
      default: false,
      description: 'Serves only while no instance without this can.',
    },
    tls: {
      kind: instanceTls,
      absent: "the service's",
      description: 'TLS to it; each key given here wins over the service.',
    },
    retryPolicy: {
      kind: retryPolicy,
      absent: "the service's",
      description:
        'What one attempt may take and how many more follow; each key given here wins over the service.',
    },
    tcpHealthcheck: {
      kind: tcpHealthcheck,
      absent: "the service's check",
      description: "Checks this instance so; keys not given are those of the service's `tcpHealthcheck`.",
    },
    httpHealthcheck: {
      kind: httpHealthcheck,
      absent: "the service's check",
      description: "Checks this instance so; keys not given are those of the service's `httpHealthcheck`.",
    },
    faults: {
      kind: madeFaults,
      absent: 'none',
      description: 'Faults to be made on purpose with requests to this instance, for tests.',
    },
    healthcheck: {
      kind: choice(noCheck),
      absent: "the service's check",
      description: 'Not checked, whatever the service says: up until a request shows otherwise.',
    },
  },
} as const satisfies Mapping

/** In a file of its own a host is spoken to as its service says. */
const {tls: _tls, ...fileHostFields} = host.fields

/** The whole of a file that `discover.file` names. */
export const hostsFile = {
  is: 'mapping',
  title: 'the file of hosts',
  fields: {
    hosts: {
      kind: {
        is: 'list',
        of: {is: 'mapping', title: 'a host', fields: fileHostFields},
        least: 0,
        orOne: false,
      },
      required: true,
      description: 'The instances.',
    },
  },
} as const satisfies Mapping

export const rateLimit = {
  is: 'mapping',
  title: 'rateLimit',
  fields: {
    requests: {
      kind: count(1, MAX_RATE),
      required: true,
      description: 'How many requests a client may make in each `per`: an IPv4 address, or an IPv6 /64.',
    },
    per: {
      kind: {is: 'time', least: MILLISECOND, most: HOUR},
      default: SECOND,
      description: 'The time in which it gets so many more.',
    },
    burst: {
      kind: count(1, MAX_RATE),
      absent: 'as many as `requests`',
      description: 'How many it may make at once, after it has made none for a while.',
    },
  },
} as const satisfies Mapping

const discover = {
  is: 'mapping',
  title: 'discover',
  fields: {
    srv: {
      kind: {is: 'text', format: 'hostName'},
      absent: 'none is asked for',
      description: 'A name such as `_http._tcp.api.internal`, whose SRV records say where the instances are.',
    },
    file: {
      kind: file,
      absent: 'none is read',
      description: 'A file of YAML or JSON with a list `hosts`, read again whenever it changes.',
    },
  },
} as const satisfies Mapping

const family = choice(['ipv4', 'ipv6', 'both'])

export const resolver = {
  is: 'mapping',
  title: 'resolver',
  fields: {
    servers: {
      kind: {is: 'list', of: {is: 'text', format: 'serverAddress'}, least: 1, orOne: true} satisfies List,
      absent: "the system's",
      description: 'The name servers to ask, in this order.',
    },
    family: {
      kind: family,
      default: 'ipv4',
      description: 'Which addresses of a name are used where there are both kinds.',
    },
    minTtl: {kind: time, default: SECOND, description: 'A name is not asked for more often.'},
    maxTtl: {kind: time, default: 5 * MINUTE, description: 'A name is asked for at least so often.'},
  },
} as const satisfies Mapping

const splitBy = ['request', 'client'] as const

export const split = {
  is: 'mapping',
  title: 'split',
  fields: {
    to: {kind: {is: 'text', format: 'name'}, required: true, description: 'The name of the other service.'},
    percent: {kind: count(0, 100), required: true, description: 'How many of a hundred requests it gets.'},
    by: {
      kind: choice(splitBy),
      default: 'request',
      description:
        'Whether each request is drawn by itself, or all requests of one client address go the same way.',
    },
  },
} as const satisfies Mapping

export const stickyCookie = {
  is: 'mapping',
  title: 'stickyCookie',
  fields: {
    name: {
      kind: {is: 'text', format: 'cookieName'},
      default: 'revproxy',
      description: 'What the cookie is called.',
    },
    secret: {
      kind: {is: 'text', format: 'secret'},
      absent: 'one made at the start, which a reload keeps',
      description: 'Signs the cookie; the same for all proxies in front of a service.',
    },
    maxAge: {
      kind: {is: 'time', least: SECOND, most: DAY},
      absent: 'until the browser closes',
      description: 'How long the browser keeps it.',
    },
  },
} as const satisfies Mapping

export const service = {
  is: 'mapping',
  title: 'a service',
  fields: {
    name: {kind: {is: 'text', format: 'name'}, required: true, description: 'What it is called; unique.'},
    domain: {
      kind: {is: 'list', of: {is: 'text', format: 'domain'}, least: 1, orOne: true},
      required: true,
      description:
        'The hosts it answers for; an exact name wins over `*.name`, the longest of those over `*`.',
    },
    path: {
      kind: {is: 'list', of: {is: 'text', format: 'pathPrefix'}, least: 1, orOne: true},
      absent: 'every path',
      description:
        'Only requests whose path is this or lies below it, by whole segments; the longest that fits wins. Services may share a domain if this or `headers` differ.',
    },
    headers: {
      kind: {is: 'entries', key: 'fieldName', of: {is: 'text', format: 'fieldMatch'}},
      absent: 'whatever its fields',
      description:
        'Only requests with all of these header fields: the value, its beginning and a `*`, or `*` for any value. With equal paths, the service with more of them wins.',
    },
    split: {
      kind: split,
      absent: 'it serves all of its requests',
      description: 'Gives a part of its requests to another service, as for a canary.',
    },
    lbPolicy: {
      kind: choice(strategyNames),
      default: 'ROUND_ROBIN',
      description: 'How an instance is chosen for a request.',
    },
    hashHeader: {
      kind: {is: 'text', format: 'fieldName'},
      absent: '`HEADER_HASH` cannot be used',
      description: 'The header field by whose value `HEADER_HASH` chooses.',
    },
    slowStart: {
      kind: {is: 'time', least: MILLISECOND, most: HOUR},
      absent: 'it gets its full weight at once',
      description:
        'Time in which an instance that comes up, comes back or is new beside others gets from 10 % to all of its weight.',
    },
    switchGuard: {
      kind: flag,
      default: false,
      description:
        'Takes a live switch of `lbPolicy` back by itself when errors at least double within 30 seconds.',
    },
    stickyCookie: {
      kind: stickyCookie,
      absent: 'no client is bound to an instance',
      description:
        'Sends a client back to the instance that answered it, by a signed cookie; `{}` is enough.',
    },
    hosts: {
      kind: {is: 'list', of: host, least: 1, orOne: false},
      absent: 'those that `discover` finds',
      description: 'Its instances. A name stands for all of its addresses, as DNS has them now.',
    },
    discover: {
      kind: discover,
      absent: 'those of `hosts`',
      description: 'Where else to look for instances while the proxy runs.',
    },
    maxConnections: {
      kind: count(1, MAX_AT_A_TIME),
      absent: 'no limit',
      description: 'The limit of those hosts that give none.',
    },
    queue: {
      kind: count(0, 100_000),
      default: 1000,
      description: 'How many requests may wait while no instance has room; 0: none.',
    },
    weight: {kind: weight, default: 1, description: 'The weight of those hosts that give none.'},
    tls: {kind: instanceTls, absent: 'plain HTTP', description: 'TLS to all its hosts; `{}` is enough.'},
    retryPolicy: {kind: retryPolicy, absent: 'no retries', description: 'The policy of all its hosts.'},
    tcpHealthcheck: {
      kind: tcpHealthcheck,
      absent: 'no checks',
      description: 'Opens a connection to each instance now and then, to see whether it is up.',
    },
    httpHealthcheck: {
      kind: httpHealthcheck,
      absent: 'no checks',
      description: 'In place of `tcpHealthcheck`: asks each instance and judges its answer.',
    },
    rateLimit: {
      kind: rateLimit,
      absent: 'no limit of its own',
      description: 'How often a client may ask this service; 429 beyond.',
    },
    ejection: {
      kind: ejection,
      absent: 'the defaults',
      description: 'When an instance is left out for a while because of its answers to traffic.',
    },
    faults: {
      kind: madeFaults,
      absent: 'none',
      description: 'Faults to be made on purpose with requests to all its instances, for tests.',
    },
    timeouts: {
      kind: serviceTimeouts,
      absent: "the proxy's",
      description: 'Those that differ from the proxy.',
    },
  },
} as const satisfies Mapping

export const admin = {
  is: 'mapping',
  title: 'admin',
  fields: {
    address: {
      kind: address,
      default: '127.0.0.1',
      description: 'Where to listen. Whoever can connect there can read names, addresses and counts.',
    },
    port: {kind: count(0, 65_535), required: true, description: 'The port; 0 is any free one.'},
  },
} as const satisfies Mapping

export const accessLog = {
  is: 'mapping',
  title: 'accessLog',
  fields: {
    path: {
      kind: {is: 'text', format: 'logPath'},
      required: true,
      description:
        'The file, from the folder of this one if it is relative; or `stdout`. SIGUSR1 opens it once more.',
    },
    format: {
      // The keys of an object are its own names, though its type does not say so.
      kind: choice(Object.keys(logFormats) as LogFormat[]),
      default: 'json',
      description: 'How a request is written.',
    },
  },
} as const satisfies Mapping

export const controlListen = {
  is: 'mapping',
  title: 'listen of control',
  fields: {
    address: {kind: address, default: '127.0.0.1', description: 'Where to listen.'},
    port: {kind: count(0, 65_535), required: true, description: 'The port; 0 is any free one.'},
  },
} as const satisfies Mapping

const control = {
  is: 'mapping',
  title: 'control',
  fields: {
    socket: {
      kind: {is: 'text', format: 'filePath'},
      absent: "made from the file's name, in `$XDG_RUNTIME_DIR` or the temporary directory",
      description: 'Where the control socket is, from the folder of this file on.',
    },
    listen: {
      kind: controlListen,
      absent: 'only the Unix socket',
      description: 'Also over TCP, in plain text, for whoever has the token.',
    },
    token: {
      kind: {is: 'text', format: 'token'},
      absent: '`tokenFile`',
      description: 'What a client over TCP has to know: it may do everything.',
    },
    tokenFile: {
      kind: {is: 'text', format: 'filePath'},
      absent: '`token`',
      description: 'A file that holds the token, from the folder of this file on; wins over `token`.',
    },
    hosts: {
      kind: {is: 'list', of: address, least: 1, orOne: true} satisfies List,
      absent: 'the address, and `localhost` on loopback',
      description: 'What the Host field of a client over TCP may say besides those.',
    },
  },
} as const satisfies Mapping

const requestIdModes = ['off', 'keep', 'replace'] as const
const traceparentModes = ['off', 'unsampled', 'sampled'] as const

const proxy = {
  is: 'mapping',
  title: 'proxy',
  fields: {
    listen: {
      kind: {is: 'list', of: listen, least: 1, orOne: true} satisfies List,
      absent: '127.0.0.1:8080',
      description: 'Where clients connect.',
    },
    resolver: {kind: resolver, absent: 'the defaults', description: 'How names of instances are asked for.'},
    workers: {kind: count(1, 64), absent: 'to suit the machine', description: 'Threads that serve traffic.'},
    timeouts: {kind: timeouts, absent: 'the defaults', description: 'How long each thing may take.'},
    limits: {kind: limits, absent: 'the defaults', description: 'How big each thing may be.'},
    admin: {
      kind: admin,
      absent: 'off',
      description: 'A listener for `/metrics` (Prometheus), `/healthz` and `/readyz`.',
    },
    accessLog: {kind: accessLog, absent: 'off', description: 'A line for each finished request.'},
    control: {
      kind: control,
      absent: 'a Unix socket, and no TCP',
      description: 'Where `attach` and the other commands reach the proxy while it runs.',
    },
    stateFile: {
      kind: file,
      absent: 'a start begins as the file says',
      description:
        'Where what an operator changes (states of instances, weights, strategies, splits, limits, settings) is kept over a stop and a start, from the folder of this file on.',
    },
    rateLimit: {
      kind: rateLimit,
      absent: 'no limit',
      description: 'How often a client may ask at all, over all workers; 429 with Retry-After beyond.',
    },
    trustedProxies: {
      kind: {is: 'list', of: {is: 'text', format: 'addressBlock'}, least: 0, orOne: false},
      absent: 'nobody',
      description: 'The clients whose X-Forwarded-* and Forwarded are believed.',
    },
    trace: {
      kind: choice(['refuse', 'forward']),
      default: 'refuse',
      description: 'What becomes of TRACE requests, which reflect whatever credentials they carry.',
    },
    requestId: {
      kind: choice(requestIdModes),
      default: 'off',
      description:
        'X-Request-Id: `keep` passes on one that is up to 128 characters of `A-Z a-z 0-9 . _ ~ + / = : @ -` and makes one for requests without; `replace` does so for `trustedProxies`, and makes one for everybody else; `off` passes on what comes.',
    },
    traceparent: {
      kind: choice(traceparentModes),
      default: 'off',
      description:
        'W3C Trace Context: one that is valid is passed on; else one is made, and this is what it says of sampling; `off` passes on what comes.',
    },
    redact: {
      kind: {is: 'list', of: {is: 'text', format: 'fieldName'}, least: 0, orOne: false},
      absent: 'no others',
      description:
        'Names of header fields, and of values in captured bodies, that are hidden where requests are shown or exported, besides those that always are: Authorization, Proxy-Authorization, Cookie and Set-Cookie; in bodies names such as password, secret, token and apiKey.',
    },
    services: {
      kind: {is: 'list', of: service, least: 1, orOne: false},
      required: true,
      description: 'What the proxy stands in front of.',
    },
  },
} as const satisfies Mapping

/** The whole file. */
export const root = {
  is: 'mapping',
  title: 'the file',
  fields: {proxy: {kind: proxy, required: true, description: 'Everything about the proxy.'}},
} as const satisfies Mapping
