/**
 * Every configuration in examples/ is without findings, starts with the built program and serves: on free ports, before
 * instances of the test, with certificates made on the spot where an example names some.
 */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {Agent, request} from 'undici'
import {parse} from 'yaml'
import {type Cleanup, cleanupOf, namedInstance, Piped} from './binary.ts'

type Node = {[key: string]: unknown}

const examples = fileURLToPath(new URL('../../../examples', import.meta.url))
const files = readdirSync(examples).filter(
  name => /\.ya?ml$/.test(name) && 'proxy' in parse(readFileSync(join(examples, name), 'utf8')),
)

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every mapping in the document, and under which key it or its list stands. */
function mappings(value: unknown, under: string): Array<{readonly node: Node; readonly under: string}> {
  if (Array.isArray(value)) return value.flatMap(entry => mappings(entry, under))
  if (!isNode(value)) return []
  return [{node: value, under}, ...Object.entries(value).flatMap(([key, inner]) => mappings(inner, key))]
}

const [program = '', options = ''] = [
  'openssl',
  'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout made.key -out made.crt',
]

/** Certificates and keys that the example names: one self-signed pair, made in their places. */
function makeCertificates(document: unknown, folder: string): void {
  for (const {node} of mappings(document, ''))
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string' || !/\.(?:pem|crt|key)$/.test(value)) continue
      const path = join(folder, value)
      mkdirSync(dirname(path), {recursive: true})
      if (!existsSync(join(folder, 'made.crt')))
        execFileSync(program, options.split(' '), {cwd: folder, stdio: 'pipe'})
      cpSync(join(folder, /key/i.test(key) || value.endsWith('.key') ? 'made.key' : 'made.crt'), path)
    }
}

/** Nothing fixed is left: listeners on free ports, each instance one of the test's own. */
async function replaceAddresses(document: {readonly proxy: Node}, cleanup: Cleanup): Promise<void> {
  document.proxy.listen ??= {}
  for (const {node, under} of mappings(document, '')) {
    if (under === 'listen' || under === 'admin') node.port = 0
    if (under !== 'hosts') continue
    node.address = '127.0.0.1'
    node.port = (await namedInstance('hello', cleanup)).port
    // The instances of the test speak plain HTTP.
    node.tls = undefined
  }
  for (const {node, under} of mappings(document, '')) if (under === 'services') node.tls = undefined
}

/** A host that the domain stands for. */
function hostOf(document: {proxy: {services: Array<{domain: string | string[]}>}}): string {
  const domain = [document.proxy.services[0]?.domain ?? ''].flat()[0] ?? ''
  return domain.replace(/^\*/, 'any').replace(/^any$/, 'any.example')
}

for (const name of files) {
  test(`examples/${name} is right, starts and serves`, async (t: TestContext) => {
    const cleanup = cleanupOf(t)
    const folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-example-'))
    cleanup.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))
    cpSync(examples, folder, {recursive: true})
    mkdirSync(join(folder, 'run'), {mode: 0o700})
    const env = {XDG_RUNTIME_DIR: join(folder, 'run')}
    const file = join(folder, name)
    const document = parse(readFileSync(file, 'utf8'))
    makeCertificates(document, folder)

    const check = new Piped(['check', file], cleanup, [], env)
    assert.equal(await check.ended, 0, `${check.output}${check.errors}`)

    await replaceAddresses(document, cleanup)
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(document, undefined, 1))
    const program = new Piped([file], cleanup, [], env)
    const [, address] = await Promise.race([
      program.says(/^listening on (?:https?:\/\/)?([\d.]+:\d+)/m),
      program.ended.then(code => assert.fail(`ended with ${code}: ${program.errors}`)),
    ])
    const tls = [document.proxy.listen].flat()[0]?.tls !== undefined
    const dispatcher = new Agent({connect: {rejectUnauthorized: false}})
    cleanup.after(() => dispatcher.close())
    const {statusCode, body} = await request(`${tls ? 'https' : 'http'}://${address}/`, {
      headers: {host: hostOf(document)},
      dispatcher,
    })
    assert.equal(`${statusCode} ${await body.text()}`, '200 hello')
    program.child.kill('SIGTERM')
    // A second one cuts a delay that the example has: not all of them are about stopping.
    setTimeout(() => program.child.kill('SIGTERM'), 1500).unref()
    assert.ok([0, 4].includes((await program.ended) ?? -1), program.errors)
  })
}

test('there are examples, and those of balancing are among them', () => {
  for (const wanted of ['routing.yaml', 'weights.yaml', 'header-hash.yaml'])
    assert.ok(files.includes(wanted), wanted)
})
