/** Whole screens at several sizes beside the text they should be. UPDATE_SCENES=1 writes them anew: then look at each. */
import {shopRequests} from './request-samples.ts'
import {instance, NOW, service, shop, snapshot, switched, traffic} from './samples.ts'
import {testScenes} from './scene.ts'

const lastCheck = {at: NOW - 3000, passed: false, tookMs: 1, reason: 'connection refused', found: ''}
const down = (port: number) =>
  instance(port, {verdict: 'down', verdictSince: NOW - 9000, selectable: false, lastCheck, failuresInRow: 3})

/** What the shop's file says, and what somebody has written into it since. */
const inForce = [
  {path: 'listen.127.0.0.1:8080', value: ''},
  {path: 'listen.127.0.0.1:8080.port', value: '8080'},
  {path: 'services.api', value: ''},
  {path: 'services.api.domain', value: 'api.local'},
  {path: 'services.api.lbPolicy', value: 'ROUND_ROBIN'},
  {path: 'services.api.hosts.127.0.0.1:3001', value: ''},
  {path: 'services.api.hosts.127.0.0.1:3001.retryPolicy.retries', value: '3'},
  {path: 'admin.token', value: '(hidden)'},
]
const differences = [
  {path: 'services.api.lbPolicy', before: 'ROUND_ROBIN', after: 'RANDOM'},
  {path: 'services.api.hosts.127.0.0.1:3005', before: undefined, after: ''},
  {path: 'services.web.timeouts.connect', before: '2s', after: undefined},
]
const bad = 'shop.yaml:12:5: services.api.lbPolicy is RANDOMLY; did you mean RANDOM?'
const problem = {...shop().configuration, problem: bad}

const how = 'a whole number from 0 to 10'
const span = 'a time from 1ms to 24h, in seconds or with a unit (250ms, 2s, 1m, 1h)'
const settings = [
  {key: 'retryPolicy.timeout', value: '2s', file: undefined, form: span, about: 'The time for one attempt.'},
  {
    key: 'retryPolicy.retries',
    value: '2',
    file: '0',
    form: how,
    about: 'How many attempts more after the first.',
  },
  {
    key: 'httpHealthcheck.interval',
    value: '15s',
    file: undefined,
    form: span,
    about: 'From one check to the next; not shorter than `timeout`.',
  },
  {
    key: 'ejection.errors',
    value: '5',
    file: undefined,
    form: how,
    about: 'Answers with 5xx, and broken or missing ones, in a row; 0: never for that.',
  },
]

testScenes({
  config: {
    shown: shop(),
    comparison: {inForce, findings: [], differences: []},
    steps: [['5', 'as it was loaded']],
  },
  'config-differs': {
    shown: shop(),
    comparison: {inForce, findings: [], differences},
    steps: [
      ['5', 'differs from'],
      ['\x12', 'y yes'],
    ],
  },
  'config-refused': {
    shown: shop({configuration: problem}),
    comparison: {inForce, findings: [bad], differences: []},
    steps: [['5', 'cannot be put']],
  },
  overview: {shown: shop(), steps: [['jjj', '▌']]},
  service: {shown: shop(), held: shopRequests, steps: [['jjj\x1b[C', '›']]},
  switched: {shown: switched(), held: shopRequests, steps: [['jjj\x1b[C', '›']]},
  events: {shown: shop(), steps: [['4', '[4 Events]']]},
  help: {shown: shop(), steps: [['?', 'MOVE']]},
  settings: {shown: shop(), settings, steps: [['e', 'settings of api']]},
  setting: {
    shown: shop(),
    settings,
    steps: [
      ['e', 'settings of api'],
      ['j\r', 'leave it'],
    ],
  },
  policy: {
    shown: shop(),
    settings,
    steps: [
      ['\r', '›'],
      ['5', 'retryPolicy.ret'],
      ['j', '▌  retryPolicy.ret'],
    ],
  },
  choose: {shown: shop(), steps: [['S', 'strategy for api']]},
  paused: {shown: shop(), steps: [['p', 'PAUSED']]},
  confirm: {shown: shop(), steps: [['Gkd', 'y yes']]},
  untouched: {
    shown: snapshot({
      listeners: ['127.0.0.1:8080'],
      services: [
        service('shop', [instance(3001), instance(3002, {verdict: 'unknown', lastCheck: undefined})], {
          domains: ['shop.example.com'],
        }),
        service('blog', [instance(4001, {verdict: 'unknown', lastCheck: undefined})], {check: undefined}),
      ],
    }),
    steps: [['', 'q quit']],
  },
  outage: {
    shown: snapshot({
      services: [service('shop', [down(3001), down(3002)])],
      total: traffic({requests: 90, perSecond: 3, errorShare: 1}),
    }),
    steps: [['', 'q quit']],
  },
  stopping: {shown: shop({phase: 'draining'}), steps: [['', 'stopping: 38']]},
})
