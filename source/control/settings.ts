/** What the operator has set of a file's settings: it holds as long as the file says what it said then. */
import {buildConfig} from '../config/build.ts'
import type {Config} from '../config/config.ts'
import type {Given} from '../config/difference.ts'
import {hasSection, keyOf, type SettingChange, settingText, withSetting} from '../config/set-in-file.ts'
import {rowsFor, type SettingRow, settingForm, settingNamed} from '../config/settings.ts'
import type {Command, ServiceSnapshot, Setting} from './control.ts'

type GivenService = Given['proxy']['services'][number]
type Wanted = Omit<Extract<Command, {type: 'set-setting'}>, 'type'>

/** Immutable. What is set for an instance stands over what is set for its service. */
export class Settings {
  readonly changes: readonly SettingChange[]

  constructor(changes: readonly SettingChange[] = []) {
    this.changes = changes
  }

  /** The file with them; paths in it begin in `folder`. Without any, what was read of it. */
  config(read: Config | undefined, given: Given, folder: string): Config {
    if (read !== undefined && this.changes.length === 0) return read
    return buildConfig(this.over(given), folder)
  }

  /** What the file means with them. What cannot be any more is left out. */
  over(given: Given): Given {
    return folded(given, this.changes).given
  }

  /** With one more, or (no value) with one less. `given` is the file. `problem`: why that cannot be. */
  with(
    given: Given,
    {service, instance, key, value}: Wanted,
  ):
    | {readonly settings: Settings; readonly key: string; readonly undo: string | undefined}
    | {problem: string} {
    const place = placeOf(given, this.over(given), {service, instance, key})
    if ('problem' in place) return place
    const {row, its} = place
    const isIt = (each: SettingChange) =>
      each.service === service && each.instance === instance && each.key === row.key
    const others = this.changes.filter(each => !isIt(each))
    const undo = this.changes.find(isIt)?.text
    const base = settingText(given, its, instance, row)
    const change = value === undefined ? [] : [{service, instance, key: row.key, text: value.trim(), base}]
    const changes = ordered([...others, ...change])
    const [broken] = folded(given, changes).broken
    if (broken !== undefined) return {problem: broken.problem}
    const settings = new Settings(changes)
    const without = new Settings(others)
    const [now, then] = [settings, without].map(each => textIn(each.over(given), service, instance, row))
    return {settings: now === then ? without : settings, key: row.key, undo}
  }

  /** Those that hold with another file, and why others do not any more, where it is not that it says something else. */
  keptWith(given: Given): {readonly settings: Settings; readonly lost: readonly string[]} {
    const same = this.changes.filter(({service, instance, key, base}) => {
      const place = placeOf(given, given, {service, instance, key})
      return !('problem' in place) && settingText(given, place.its, instance, place.row) === base
    })
    const {broken} = folded(given, same)
    const gone = new Set(broken.map(({change}) => change))
    return {
      settings: new Settings(same.filter(change => !gone.has(change))),
      lost: broken.map(
        ({change: {service, key, text}, problem}) => `${service}: ${key} ${text} is taken back: ${problem}`,
      ),
    }
  }

  /** In force. @throws Error in words */
  list(given: Given, service: string, instance: string | undefined): readonly Setting[] {
    const its = given.proxy.services.find(({name}) => name === service)
    if (its === undefined) throw new Error(`there is no service ${service}`)
    if (instance !== undefined && !its.hosts?.some(each => keyOf(each) === instance))
      throw new Error(
        `the file names no host ${instance} in ${service}: its settings are those of ${service}`,
      )
    const effective = this.over(given)
    const now = effective.proxy.services.find(({name}) => name === service) ?? its
    return rowsFor(instance)
      .filter(row => hasSection(now, instance, row))
      .map(row => {
        const file = settingText(given, its, instance, row)
        const value = textIn(effective, service, instance, row)
        return {
          key: row.key,
          value,
          file: value === file ? undefined : file,
          form: settingForm(row),
          about: row.field.description,
        }
      })
  }

  /** By service, for whoever looks at it: those that say something else than the file. */
  told(given: Given): ReadonlyMap<string, NonNullable<ServiceSnapshot['settings']>> {
    const effective = this.over(given)
    const told = new Map<string, {key: string; instance: string | undefined; value: string; file: string}[]>()
    for (const {service, instance, key, base} of this.changes) {
      const row = settingNamed(key, rowsFor(instance))
      if ('problem' in row) continue
      const its = told.get(service) ?? []
      told.set(service, its)
      its.push({key, instance, value: textIn(effective, service, instance, row), file: base})
    }
    return told
  }

  /** How a setting stands, as it is written; empty: there is no such setting. */
  text(given: Given, {service, instance, key}: Wanted): string {
    const effective = this.over(given)
    const place = placeOf(given, effective, {service, instance, key})
    return 'problem' in place ? '' : textIn(effective, service, instance, place.row)
  }
}

function textIn(given: Given, service: string, instance: string | undefined, row: SettingRow): string {
  const its = given.proxy.services.find(({name}) => name === service)
  return its === undefined ? '' : settingText(given, its, instance, row)
}

/** `its`: what the file says of the service; a short word means what the service has now: `fall` that of its own check. */
function placeOf(
  file: Given,
  now: Given,
  {service, instance, key}: Pick<Wanted, 'service' | 'instance' | 'key'>,
): {readonly row: SettingRow; readonly its: GivenService} | {readonly problem: string} {
  const [its, itsNow] = [file, now].map(given => given.proxy.services.find(({name}) => name === service))
  if (its === undefined || itsNow === undefined) return {problem: `there is no service ${service}`}
  const rows = rowsFor(instance)
  const isWhole = rows.some(each => each.key === key)
  const row = settingNamed(key, isWhole ? rows : rows.filter(each => hasSection(itsNow, instance, each)))
  return 'problem' in row ? row : {row, its}
}

function ordered(changes: readonly SettingChange[]): readonly SettingChange[] {
  return changes.toSorted((a, b) => Number(a.instance !== undefined) - Number(b.instance !== undefined))
}

function folded(file: Given, changes: readonly SettingChange[]) {
  let given = file
  const broken: {readonly change: SettingChange; readonly problem: string}[] = []
  for (const change of changes) {
    const result = withSetting(given, change)
    if ('problem' in result) broken.push({change, problem: result.problem})
    else given = result.given
  }
  return {given, broken}
}
