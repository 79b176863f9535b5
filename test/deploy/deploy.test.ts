/** What is shipped: each configuration in it is one that the proxy takes, and the pieces fit together. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {parse, stringify} from 'yaml'
import {parseConfig} from '../../source/config/parse.ts'
import {without} from '../control/admin.ts'

const root = new URL('../../../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

function configOf(source: string, name: string) {
  const {config, findings} = parseConfig(source, name)
  assert.deepEqual(findings ?? [], [], name)
  assert.ok(config)
  return config
}

const CHART = 'deploy/helm/revproxy-tui'

/** The few things that the chart's templates use, as Helm does them; anything else is left and fails to be read. */
function rendered(template: string, values: unknown, chart: {readonly name: string}): unknown {
  const valueAt = (path: string): unknown =>
    path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown>)[key], {
      Values: values,
      Release: {Name: 'edge'},
      Chart: {Name: chart.name},
    })
  const filled = template
    .replace(/\s*\{\{- toYaml \.([\w.]+) \| nindent (\d+) \}\}/g, (_, path: string, indent: string) => {
      const lines = stringify(valueAt(path)).trimEnd().split('\n')
      return lines.map(line => `\n${' '.repeat(Number(indent))}${line}`).join('')
    })
    .replace(/\{\{ \.([\w.]+) \}\}/g, (_, path: string) => {
      const value = valueAt(path)
      assert.ok(typeof value === 'string' || typeof value === 'number', path)
      return String(value)
    })
  assert.doesNotMatch(filled, /\{\{/)
  return parse(filled)
}

interface Deployment {
  readonly spec: {
    readonly selector: {readonly matchLabels: Record<string, string>}
    readonly template: {
      readonly metadata: {readonly labels: Record<string, string>}
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly containers: ReadonlyArray<{
          readonly image: string
          readonly ports: ReadonlyArray<{readonly name: string; readonly containerPort: number}>
          readonly volumeMounts: ReadonlyArray<{readonly name: string; readonly mountPath: string}>
        }>
        readonly volumes: ReadonlyArray<{readonly name: string; readonly configMap?: {readonly name: string}}>
      }
    }
  }
}

test('the chart: its configuration is right, and ports, labels, names and times fit together', () => {
  const values = parse(text(`${CHART}/values.yaml`)) as Record<string, unknown>
  const chart = parse(text(`${CHART}/Chart.yaml`)) as {readonly name: string; readonly appVersion: string}
  const {version} = JSON.parse(text('package.json')) as {readonly version: string}
  assert.equal(chart.appVersion, version)
  const render = (name: string) => rendered(text(`${CHART}/templates/${name}`), values, chart)
  const configMap = render('configmap.yaml') as {metadata: {name: string}; data: Record<string, string>}
  const config = configOf(configMap.data['revproxy-tui.yaml'] ?? '', 'values.yaml')
  const {spec} = render('deployment.yaml') as Deployment
  const pod = spec.template.spec
  const [container] = pod.containers
  assert.ok(container)
  assert.equal(container.image, `revproxy-tui:${version}`)
  const ports = Object.fromEntries(container.ports.map(({name, containerPort}) => [name, containerPort]))
  assert.deepEqual(ports, {http: config.listen[0]?.port, admin: config.admin?.port})
  assert.equal(config.admin?.address, '0.0.0.0', 'probes come from outside of the pod')
  assert.ok(
    pod.terminationGracePeriodSeconds * 1000 > config.timeouts.shutdownMs + config.timeouts.shutdownDelayMs,
  )
  assert.deepEqual(
    pod.volumes.map(({name}) => name).sort(),
    container.volumeMounts.map(({name}) => name).sort(),
  )
  assert.equal(pod.volumes.find(({name}) => name === 'config')?.configMap?.name, configMap.metadata.name)
  const service = render('service.yaml') as {
    spec: {selector: Record<string, string>; ports: Array<{targetPort: string}>}
  }
  assert.deepEqual(service.spec.selector, spec.selector.matchLabels)
  assert.deepEqual(spec.template.metadata.labels, spec.selector.matchLabels)
  assert.equal(service.spec.ports[0]?.targetPort, 'http')
  assert.deepEqual(readdirSync(new URL(`${CHART}/templates`, root)).sort(), [
    'configmap.yaml',
    'deployment.yaml',
    'service.yaml',
  ])
  const schema = JSON.parse(text(`${CHART}/values.schema.json`)) as {properties: object; required: string[]}
  for (const key of Object.keys(values)) assert.ok(key in schema.properties, `${key} has a schema`)
  for (const key of schema.required) assert.ok(key in values, `${key} has a value`)
})

test('helm has nothing to say against the chart, and makes of it what this test does', {
  skip: without('helm'),
}, () => {
  const helm = (...args: readonly string[]) => {
    const {status, stdout, stderr} = spawnSync('helm', args, {cwd: fileURLToPath(root), encoding: 'utf8'})
    return {status, stdout, stderr}
  }
  const lint = helm('lint', '--strict', CHART)
  assert.equal(lint.status, 0, lint.stdout + lint.stderr)
  const made = helm('template', 'edge', CHART)
  assert.equal(made.status, 0, made.stderr)
  const values = parse(text(`${CHART}/values.yaml`)) as unknown
  const chart = parse(text(`${CHART}/Chart.yaml`)) as {readonly name: string}
  const objects = made.stdout.split(/^---$/m).flatMap(part => {
    const object = parse(part) as {data?: Record<string, string>} | null
    return object === null ? [] : [comparable(object)]
  })
  const ours = ['configmap', 'service', 'deployment'].map(name =>
    comparable(rendered(text(`${CHART}/templates/${name}.yaml`), values, chart) as object),
  )
  assert.deepEqual(objects, ours)
  assert.notEqual(
    helm('template', 'edge', CHART, '--set', 'replicaCount=none').status,
    0,
    'values are checked',
  )
})

/** Helm sorts keys: the configuration inside of the ConfigMap is compared as what it says. */
function comparable(object: {data?: Record<string, string>}): object {
  if (object.data === undefined) return object
  return {...object, data: Object.values(object.data).map(one => parse(one) as unknown)}
}

test('compose: its configuration is right, and each instance in it has a container with its address', () => {
  const config = configOf(text('deploy/docker/config/revproxy-tui.yaml'), 'revproxy-tui.yaml')
  const compose = parse(text('deploy/docker/compose.yaml'), {merge: true}) as {
    services: Record<string, {networks: {backend: {ipv4_address: string}}; stop_grace_period?: string}>
  }
  const addresses = Object.values(compose.services).map(({networks}) => networks.backend.ipv4_address)
  for (const {address, port} of config.services[0]?.instances ?? []) {
    assert.ok(addresses.includes(address), address)
    assert.equal(port, 9090)
  }
  assert.ok(
    Number.parseInt(compose.services.proxy?.stop_grace_period ?? '', 10) * 1000 > config.timeouts.shutdownMs,
  )
})

test('systemd has nothing to say against the units', {skip: without('systemd-analyze')}, () => {
  for (const unit of ['revproxy-tui.service', 'revproxy-tui.socket']) {
    const path = fileURLToPath(new URL(`deploy/systemd/${unit}`, root))
    const {status, stderr} = spawnSync('systemd-analyze', ['verify', path], {encoding: 'utf8'})
    assert.equal(status, 0, stderr)
    assert.doesNotMatch(stderr, /revproxy-tui/)
  }
})
