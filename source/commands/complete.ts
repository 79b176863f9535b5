/** What could stand where a shell's cursor is: commands, options and names, from the tables and from the running proxy. */
import {strategyNames} from '../balancing/strategies.ts'
import type {Setting, Snapshot} from '../control/control.ts'
import {fieldNames, fields} from '../requests/filter-fields.ts'
import {runningProxies} from '../socket/find.ts'
import {RemoteControl} from '../socket/remote-control.ts'
import {waitStates} from './instance-state.ts'
import {instanceNames, placeNamed} from './names.ts'
import {isOption, type OptionName, type Options, option, type ValueKind} from './options.ts'
import {parseWords} from './parse.ts'
import {targetOf} from './proxy.ts'
import {schemaNames} from './schema.ts'
import {shellNames} from './shells.ts'
import {type ArgumentKind, commandNames, commandRow} from './table.ts'

export interface Candidate {
  readonly value: string
  readonly about: string
}

/** Stands for whatever files there are: a shell knows them best. */
const FILES: Candidate = {value: ':files', about: ''}

const plain = (values: readonly string[]): Candidate[] => values.map(value => ({value, about: ''}))

/** `before`: the words from the command on, without the one at the cursor. Not filtered by what has been typed of that. */
export async function candidates(before: readonly string[], current: string): Promise<readonly Candidate[]> {
  const asked = before.at(-1)?.replace(/^--/, '') ?? ''
  if (before.at(-1)?.startsWith('--') && isOption(asked) && option(asked).value !== undefined)
    return ofKind(option(asked).is ?? 'number', {})
  const {command, args = [], options} = parsedSoFar(before)
  if (current.startsWith('-')) {
    const own: readonly OptionName[] =
      command === undefined ? commandRow('run').options : commandRow(command).options
    return [...own, 'help' as const]
      .filter(name => options[name] === undefined)
      .map(name => ({value: `--${name}`, about: option(name).about}))
  }
  if (command === undefined)
    return [...commandNames.map(value => ({value, about: commandRow(value).summary})), FILES]
  const rows = commandRow(command).args
  const row = rows[args.length] ?? (rows.at(-1)?.many === true ? rows.at(-1) : undefined)
  return row === undefined ? [] : ofKind(row.is, options, args)
}

function parsedSoFar(words: readonly string[]): ReturnType<typeof parseWords> {
  try {
    return parseWords(words)
  } catch {
    return {options: {}}
  }
}

async function ofKind(
  kind: ArgumentKind | ValueKind,
  options: Options,
  args: readonly string[] = [],
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'file':
      return [FILES]
    case 'service':
      return services(await snapshotOf(options))
    case 'instance':
      return plain(instancesOf(await snapshotOf(options)))
    case 'instance-or-service': {
      const snapshot = await snapshotOf(options)
      return [...services(snapshot), ...plain(instancesOf(snapshot))]
    }
    case 'setting':
      return (await settingsOf(options, args)).map(({key, value}) => ({value: key, about: value}))
    case 'setting-value': {
      const found = (await settingsOf(options, args)).find(({key}) => key === args[1])
      return found === undefined
        ? []
        : [
            {value: found.value, about: found.form},
            {value: 'file', about: 'as the file has it'},
          ]
    }
    case 'service-or-proxy':
      return [...services(await snapshotOf(options)), {value: 'proxy', about: 'all services together'}]
    case 'fault':
      return plain(['delay', 'status', 'reset', 'slow', 'refuse', 'for'])
    case 'off':
      return plain(['off'])
    case 'rate':
      return plain(['off', '10/s', '600/m', 'burst'])
    case 'strategy':
      return plain(strategyNames)
    case 'state':
      return plain(Object.keys(waitStates))
    case 'filter':
      return fieldNames.map(name => ({value: `${name}:`, about: fields[name].about}))
    case 'shell':
      return plain(shellNames)
    case 'schema':
      return plain(schemaNames)
    case 'method':
      return plain(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    case 'target':
      return [...(await targets()), FILES]
    case 'url':
    case 'number':
    case 'time':
      return []
  }
}

function services(snapshot: Snapshot | undefined): readonly Candidate[] {
  return (snapshot?.services ?? []).map(({name, strategy}) => ({value: name, about: strategy}))
}

function instancesOf(snapshot: Snapshot | undefined): readonly string[] {
  return snapshot === undefined ? [] : instanceNames(snapshot)
}

async function targets(): Promise<readonly Candidate[]> {
  const running = await runningProxies().catch(() => [])
  return running.map(({path, info}) => ({value: path, about: info?.config ?? ''}))
}

/** Whoever presses Tab wants no error: where no proxy can be asked, no name is known. */
async function snapshotOf(options: Options): Promise<Snapshot | undefined> {
  return (await connected(options))?.snapshot()
}

async function settingsOf(options: Options, [word = '']: readonly string[]): Promise<readonly Setting[]> {
  try {
    const control = await connected(options)
    if (control === undefined) return []
    const {service, instance} = placeNamed(control.snapshot(), word)
    return await control.settings(service, instance)
  } catch {
    return []
  }
}

async function connected(options: Options): Promise<RemoteControl | undefined> {
  try {
    return await RemoteControl.connect({target: await targetOf(options), readOnly: true})
  } catch {
    return undefined
  }
}
