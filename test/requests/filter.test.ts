/** What a person types after `/` is what is found, and a mistake shows where it is. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {type Filter, parseFilter, withCondition} from '../../source/requests/filter.ts'
import {fieldNames, fields, flagNames} from '../../source/requests/filter-fields.ts'
import {readFilter} from '../../source/requests/filter-parser.ts'
import {type FilterNode, operators, printFilter} from '../../source/requests/filter-tree.ts'
import {problemOf} from '../../source/requests/filter-values.ts'
import {manyRequests, plainRequest, sampleRequest} from './samples.ts'

function filter(text: string): Filter {
  const parsed = parseFilter(text)
  assert.ok(parsed.ok, `${text}: ${parsed.ok ? '' : parsed.message}`)
  return parsed
}

const retried = sampleRequest({
  method: 'POST',
  target: '/login',
  host: 'Auth.test:8080',
  service: 'auth',
  attemptCount: 2,
  problem: true,
  attempts: [
    {...plainRequest.attempts[0], fault: 'CONNECT_REFUSED', instance: '10.0.0.2:5002'},
    {...plainRequest.attempts[0], instance: '10.0.0.1:5001'},
  ] as typeof plainRequest.attempts,
})
const failed = sampleRequest({
  onPurpose: true,
  id: '1.7',
  status: 502,
  fault: 'RESET',
  responded: undefined,
  duration: 5000,
  problem: true,
  bytesIn: 3_000_000,
})

const cases: ReadonlyArray<readonly [string, plain: boolean, retried: boolean, failed: boolean]> = [
  ['', true, true, true],
  ['  ', true, true, true],
  ['cart', true, false, true],
  ['CART', true, false, true],
  ['auth.test', false, true, false],
  ['full*1', true, false, true],
  ['"full=1"', true, false, true],
  ['c*t/8', true, false, true],
  ['t*c/8', false, false, false],
  ['status>=500 or dur>100ms', false, false, true],
  ['status:200', true, true, false],
  ['code=502', false, false, true],
  ['5xx', false, false, true],
  ['status!=2xx', false, false, true],
  ['!2XX', false, false, true],
  ['status>4xx', false, false, true],
  ['status<=2xx', true, true, false],
  ['>100ms', false, false, true],
  ['> 1s', false, false, true],
  ['<1m', true, true, true],
  ['>=2.9MB', false, false, true],
  ['size>2MiB up>2mb down<2k', false, false, true],
  ['dur=94', true, true, false],
  ['dur >= 94ms', true, true, true],
  ['ttfb<1s', true, true, false],
  ['ttfb!=1s', true, true, true],
  ['method:post', false, true, false],
  ['method!=post', true, false, true],
  ['path:/v1/*', true, false, true],
  ['path:/v1', false, false, false],
  ['path:/v1/cart/8812', true, false, true],
  ['path:*\\?full=1', true, false, true],
  ['path:"*?full=1"', true, false, true],
  ['path~cart', true, false, true],
  ['path~?full', true, false, true],
  ['path:/v1/cart/\\*', false, false, false],
  ['route:/v1/cart/:id', true, false, true],
  ['host:auth.test:*', false, true, false],
  ['host~auth', false, true, false],
  ['service:api', true, false, true],
  ['service:a*', true, true, true],
  ['instance:*:5002', false, true, false],
  ['instance!=*:5002', true, false, true],
  ['attempts>1', false, true, false],
  ['retried', false, true, false],
  ['onpurpose', false, false, true],
  ['problem', false, true, true],
  ['slow', false, false, true],
  ['not problem', true, false, false],
  ['error:connect-refused', false, true, false],
  ['error~REFUSED', false, true, false],
  ['error:*', false, true, true],
  ['blame:upstream', false, false, true],
  ['id:1.7', false, false, true],
  ['client:127.*', true, true, true],
  ['service:api status:200', true, false, false],
  ['service:api and status:200', true, false, false],
  ['service:auth or status:502', false, true, true],
  ['service:auth or service:api status:200', true, true, false],
  ['(service:auth or service:api) status:200', true, true, false],
  ['!(service:auth or status:502)', true, false, false],
  ['! service:auth ! status:502', true, false, false],
  ['not not service:auth', false, true, false],
  ['status', false, false, false],
  ['login "post"', false, false, false],
]

test('what matches', async t => {
  for (const [text, ...expected] of cases) {
    await t.test(text, () => {
      const {matches, mayMatch, text: printed} = filter(text)
      assert.deepEqual([plainRequest, retried, failed].map(matches), expected)
      assert.deepEqual([plainRequest, retried, failed].map(filter(printed).matches), expected)
      for (const request of [plainRequest, retried, failed]) {
        assert.ok(!matches(request) || mayMatch(request), 'what matches was possible')
      }
    })
  }
})

test('from the head alone, what cannot match any more is known', () => {
  assert.equal(filter('status>=500 service:auth').mayMatch(plainRequest), false)
  assert.equal(filter('status>=500 service:api').mayMatch(plainRequest), true)
  assert.equal(filter('!(status<500 or service:api)').mayMatch(plainRequest), false)
  assert.equal(filter('!(status<500 service:api)').mayMatch(plainRequest), true)
  assert.equal(filter('!problem').mayMatch(plainRequest), true)
})

const mistakes: ReadonlyArray<readonly [string, number, RegExp]> = [
  ['stauts:500', 0, /no field is called stauts; there are status code/],
  ['cart stauts:500', 5, /no field/],
  ['status:', 7, /value for status is missing/],
  ['status: or 5xx', 8, /not a status/],
  ['status:abc', 7, /not a status such as/],
  ['status:6xx', 7, /not a status/],
  ['dur>10MB', 4, /not a time such as/],
  ['size>10ms', 5, /not a size/],
  ['attempts>many', 9, /not a whole number/],
  ['path>5', 5, /path is a text/],
  ['status~5', 7, /status is a number/],
  ['>5', 0, /unit is missing/],
  ['(a or b', 0, /bracket is not closed/],
  ['a (b (c) ', 2, /bracket is not closed/],
  ['a)', 1, /no bracket is open/],
  ['()', 1, /something to look for is missing/],
  ['a or', 4, /something to look for is missing/],
  ['or a', 0, /something to look for is missing/],
  ['a and and b', 6, /something to look for is missing/],
  ['not', 3, /something to look for is missing/],
  ['a "b c', 2, /quote is not closed/],
  ['a'.repeat(1001), 1000, /at most 1000/],
]

test('a mistake shows where it is', async t => {
  for (const [text, at, message] of mistakes) {
    await t.test(text.slice(0, 40), () => {
      const parsed = parseFilter(text)
      assert.ok(!parsed.ok)
      assert.deepEqual([parsed.at, message.test(parsed.message)], [at, true], parsed.message)
    })
  }
})

/** As the parser makes them. */
const asObject = {noNullPrototype: true} as const
const anyText = fc.oneof(
  fc.string({maxLength: 12}),
  fc.string({unit: 'binary', maxLength: 8}),
  fc.constantFrom('or', 'AND', 'not', '5xx', 'retried', 'status', 'a b', '"', '\\', '*', '!x', '>1s', 'x:y'),
)
const word: fc.Arbitrary<FilterNode> = fc
  .array(anyText, {minLength: 1, maxLength: 3})
  .map(text => ({is: 'word', text}))
const numbers = ['0', '404', '5xx', '100ms', '1.5s', '2m', '10kB', '1MiB']
const term: fc.Arbitrary<FilterNode> = fc
  .record(
    {
      is: fc.constant('term' as const),
      field: fc.constantFrom(...fieldNames),
      operator: fc.constantFrom(...operators),
      value: fc.oneof(
        fc.array(anyText, {minLength: 1, maxLength: 3}),
        fc.constantFrom(...numbers).map(one => [one]),
      ),
    },
    asObject,
  )
  .filter(node => problemOf(node.field, fields[node.field], node.operator, node.value) === undefined)
const flag: fc.Arbitrary<FilterNode> = fc.constantFrom(...flagNames).map(name => ({is: 'flag', name}))
const {tree} = fc.letrec<{tree: FilterNode}>(tie => ({
  tree: fc.oneof(
    {maxDepth: 4, withCrossShrink: true},
    fc.oneof(word, term, flag),
    fc.record({is: fc.constant('not' as const), of: tie('tree')}, asObject),
    fc.record(
      {
        is: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('tree'), {minLength: 2, maxLength: 3}),
      },
      asObject,
    ),
  ),
}))

test('a filter that is written is read as the same filter', () => {
  fc.assert(
    fc.property(tree, node => {
      const text = printFilter(node)
      fc.pre(text.length <= 1000)
      assert.deepEqual(readFilter(text), node)
    }),
    {seed: 5, numRuns: 3000},
  )
})

test('any text is a filter or a mistake with a place, never an exception', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 60}), text => {
      const parsed = parseFilter(text)
      if (parsed.ok) assert.equal(filter(parsed.text).text, parsed.text)
      else assert.ok(parsed.at >= 0 && parsed.at <= text.length)
    }),
    {seed: 6, numRuns: 3000},
  )
})

test('a condition is added to what is there, once, and to the letter', () => {
  assert.equal(withCondition('', 'service', 'api'), 'service:api')
  assert.equal(withCondition('status>=500', 'service', 'api'), 'status>=500 service:api')
  assert.equal(withCondition('a or b', 'service', 'api'), '(a or b) service:api')
  assert.equal(withCondition('x service:api', 'service', 'api'), 'x service:api')
  assert.equal(withCondition('(', 'route', '/v1/:id *'), 'route:"/v1/:id \\*"')
})

test('20,000 requests are filtered in under 30 ms, and a hostile pattern takes no longer', t => {
  const requests = manyRequests(20_000)
  const texts = [
    'status>=500 or dur>100ms',
    'status>=500 service:api dur>100ms path:/v1/* retried',
    'cart or search !problem instance:*:9092 error~res',
    `path:${'a*'.repeat(200)}`,
    `path~${'/*'.repeat(200)}x`,
  ]
  for (const text of texts) {
    const {matches} = filter(text)
    let took = Number.POSITIVE_INFINITY
    let found = 0
    for (let round = 0; round < 5; round++) {
      const before = performance.now()
      found = requests.filter(matches).length
      took = Math.min(took, performance.now() - before)
    }
    t.diagnostic(`${text.slice(0, 60)}: ${found} in ${took.toFixed(1)} ms`)
    assert.ok(took < 30, `${text}: ${took} ms`)
  }
})
