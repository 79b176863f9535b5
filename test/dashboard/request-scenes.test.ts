/** The screens of single requests beside the text they should be, at several sizes. */
import {loginBodies, shopRequests} from './request-samples.ts'
import {NOW, shop, snapshot} from './samples.ts'
import {testScenes} from './scene.ts'

const held = {shown: shop(), held: shopRequests}
const list = ['2', 'kept'] as const

testScenes({
  problems: {...held, steps: [list, ['1', '[1 Services]']]},
  requests: {...held, steps: [list]},
  'requests-filtered': {
    ...held,
    steps: [list, ['/status>=500 or dur>100ms\r', '14 of 17']],
  },
  'requests-editing': {...held, steps: [list, ['/path:/v1/*  nope:3\r', 'no field']]},
  'requests-none': {...held, steps: [list, ['/status:418\r', 'clears the filter']]},
  'requests-frozen': {...held, steps: [list, ['jjj', /▌ .*export/]]},
  'requests-in-flight': {...held, steps: [list, ['F', '3 in flight']]},
  'requests-saved': {...held, steps: [list, ["'", 'saved filter:']]},
  'requests-untouched': {shown: snapshot({listeners: ['127.0.0.1:8080']}), steps: [['2', '0 kept']]},
  'inspector-beside': {...held, steps: [list, ['\r', 'Timing']]},
  inspector: {...held, steps: [list, ['\r\r', '1 Timing']]},
  'inspector-request': {...held, steps: [list, ['\r\r2', '[2 Request]']]},
  'inspector-response': {...held, steps: [list, ['\r\r3', '[3 Response]']]},
  'inspector-attempts': {...held, steps: [list, ['\r\r4', /\[4 Attempts\]|refused/]]},
  'inspector-raw': {...held, steps: [list, ['\r\r5', /\[5 Raw\]|request head/]]},
  'inspector-help': {...held, steps: [list, ['\r\r', '1 Timing'], ['?', 'MOVE']]},
  'inspector-nobody': {...held, steps: [list, ['/status:503\r', '1 of 17'], ['\r\r', '1 Timing']]},
  'inspector-body': {...held, bodies: loginBodies, steps: [list, ['\r\r2', '[2 Request]']]},
  'requests-help': {...held, steps: [list, ['?', 'MOVE']]},
  'requests-replay': {...held, steps: [list, ['jR', 'replay #']]},
  errors: {
    ...held,
    steps: [
      ['3', /reset/],
      ['j', /▌ +1 no instance/],
    ],
  },
  latency: {...held, steps: [['\r3', /^▌? +all|latency of|INSTANCE +R/m]]},
  routes: {...held, steps: [['\r4', /METHOD +ROUTE/]]},
  palette: {...held, steps: [list, [':drain api', 'drain api']]},
  'palette-filter': {...held, steps: [list, [':filter 5xx', /filter 5xx.*5 of/]]},
  replayed: {...held, steps: [list, ['jR', 'replay #'], ['jj\r', /reset by|reset…|again/]]},
  compared: {...held, steps: [list, [' j=', 'against']]},
  'requests-rewound': {shown: shop({at: NOW}), held: shopRequests, steps: [list, ['p', 'PAUSED']]},
})
