/** Valid and wrong values for every kind of the table, and every place in the table where a value stands. */
import {service, split} from '../../source/config/fields.ts'
import type {Kind, Mapping, Scalar} from '../../source/config/kinds.ts'

/** The original project's file, to the letter. */
export const originalFile = `proxy:
  listen:
    address: "127.0.0.1"
    port: 8080
  services:
    - name: my-service
      domain: my-service.my-company.com
      hosts:
        - address: 172.19.0.2
          port: 9090
          retryPolicy:
            - timeout: 2
              retries: 3
      lbPolicy: ROUND_ROBIN
      tcpHealthcheck:
        - interval: 15
          timeout: 1.0
`

const texts = {
  name: 'a',
  address: '10.0.0.1',
  domain: 'a.example',
  addressBlock: '10.0.0.0/8',
  fieldName: 'x-api-key',
  cookieName: 'Session',
  pathPrefix: '/api',
  fieldMatch: 'canary*',
  requestTarget: '/health?full',
  bodyText: 'it is fine',
  secret: 'sixteen letters or more',
  logPath: 'access.log',
  filePath: 'run/control.sock',
  token: 'not-a-secret-0123456789',
  hostName: 'a.example',
  serverAddress: '10.0.0.53',
}

/** A value that is right for `kind`, with every key that it can have. */
export function rightValue(kind: Kind): unknown {
  switch (kind.is) {
    case 'time':
      return '1s'
    case 'count':
      return kind.least
    case 'range':
      return `${kind.least}-${kind.most}`
    case 'choice':
      return kind.names[0]
    case 'flag':
      return true
    case 'text':
      return texts[kind.format]
    case 'mapping':
      if (kind === split) return {to: 'b', percent: 1, by: 'client'}
      return Object.fromEntries(
        Object.entries(kind.fields).map(([key, field]) => [key, rightValue(field.kind)]),
      )
    case 'list':
      // A split names another service: there has to be one.
      return kind.of === service
        ? [rightValue(kind.of), {name: 'b', domain: 'b.example', hosts: [{address: '10.0.0.2', port: 1}]}]
        : [rightValue(kind.of)]
    case 'single':
      return rightValue(kind.of)
    case 'entries':
      return {[texts[kind.key]]: rightValue(kind.of)}
  }
}

/** Values that are wrong for `kind` as a whole (not for something within it). */
export function wrongValues(kind: Kind): readonly unknown[] {
  switch (kind.is) {
    case 'mapping':
    case 'entries':
      return [null, true, 5, 'text', [], [[]]]
    case 'single':
      return [null, true, 5, 'text', [], [{}, {}]]
    case 'list': {
      const none = kind.least === 1 ? [[]] : []
      return kind.orOne ? [null, true, ...none] : [null, true, 5, 'text', {}, ...none]
    }
    case 'flag':
      return [null, '', ' ', {}, [], ['a', 'b'], ...wrongScalars(kind)]
    case 'time':
    case 'count':
    case 'range':
    case 'choice':
    case 'text':
      return [null, true, '', ' ', {}, [], ['a', 'b'], ...wrongScalars(kind)]
  }
}

function wrongScalars(kind: Scalar): readonly unknown[] {
  switch (kind.is) {
    case 'time':
      return [
        '5',
        'soon',
        '1 s',
        '1d',
        '-1s',
        '1e3s',
        -1,
        ...(kind.least > 0 ? [0] : []),
        kind.most / 1000 + 1,
        '25h',
      ]
    case 'count':
      return ['5', 'many', 1.5, kind.least - 1, kind.most + 1, -1, 1e300]
    case 'range': {
      const {least, most} = kind
      return [
        'many',
        1.5,
        least - 1,
        most + 1,
        `${most}-${least}`,
        `${least}-${most + 1}`,
        `${least}-`,
        `${least} ${most}`,
      ]
    }
    case 'flag':
      return [5, 0, 'true', 'yes']
    case 'choice':
      return [5, 'NOT_AT_ALL', 'constructor', otherCase(kind.names[0] ?? '')]
    case 'text':
      return [5, 1.5, 'a\u0000b', 'a\u202eb', 'a\nb']
  }
}

function otherCase(name: string): string {
  return name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
}

export type Path = readonly (string | number)[]

/** Every value of the document that `rightValue` makes: where it stands, and of what kind it is. */
export function places(kind: Kind, path: Path = []): readonly {readonly path: Path; readonly kind: Kind}[] {
  return [{path, kind}, ...inner(kind, path)]
}

function inner(kind: Kind, path: Path): ReturnType<typeof places> {
  switch (kind.is) {
    case 'mapping':
      return Object.entries(kind.fields).flatMap(([key, field]) => places(field.kind, [...path, key]))
    case 'list':
      return places(kind.of, [...path, 0])
    case 'single':
      return inner(kind.of, path)
    case 'entries':
      return places(kind.of, [...path, texts[kind.key]])
    case 'time':
    case 'count':
    case 'range':
    case 'choice':
    case 'flag':
    case 'text':
      return []
  }
}

/** Every mapping of the document that `rightValue` makes. */
export function mappings(table: Mapping): readonly {readonly path: Path; readonly mapping: Mapping}[] {
  return places(table).flatMap(({path, kind}) => {
    if (kind.is === 'mapping') return [{path, mapping: kind}]
    return kind.is === 'single' ? [{path, mapping: kind.of}] : []
  })
}

/** A copy of `document` with something else at `path`: what `replace` makes of what is there. */
export function replaced(document: unknown, path: Path, replace: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return replace(document)
  if (Array.isArray(document)) {
    return document.map((entry, index) => (index === step ? replaced(entry, rest, replace) : entry))
  }
  const entries = Object.entries(document as object).map(([key, value]) => {
    return [key, key === step ? replaced(value, rest, replace) : value] as const
  })
  return Object.fromEntries(entries)
}
