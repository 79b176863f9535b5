/** Whole screens at several sizes beside the text they should be. UPDATE_SCENES=1 writes them anew: then look at each. */
import {instance, NOW, service, shop, snapshot, traffic} from './samples.ts'
import {testScenes} from './scene.ts'

const lastCheck = {at: NOW - 3000, passed: false, tookMs: 1, reason: 'connection refused'}
const down = (port: number) =>
  instance(port, {verdict: 'down', verdictSince: NOW - 9000, selectable: false, lastCheck, failuresInRow: 3})

testScenes({
  overview: {shown: shop(), steps: [['jjj', '▌']]},
  service: {shown: shop(), steps: [['jjj\x1b[C', '›']]},
  events: {shown: shop(), steps: [['4', '[4 Events]']]},
  help: {shown: shop(), steps: [['?', 'MOVE']]},
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
