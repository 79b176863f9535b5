/** Commands carried out: checked against what is there, changed in the model, ordered from the workers, and logged. */
import {strategyNames} from '../balancing/strategies.ts'
import {type CommandTarget, find} from './command-target.ts'
import type {Command, InstanceRef, Outcome} from './control.ts'
import {setMaxConnections} from './max-connections.ts'
import {setOperatorState} from './operator-state.ts'
import {setRateLimit} from './rate-limit.ts'
import {setSplit} from './split.ts'
import {setWeight} from './weight.ts'

/** Never rejects: what cannot be done is an Outcome that says why. */
export async function carryOut(command: Command, by: string, target: CommandTarget): Promise<Outcome> {
  switch (command.type) {
    case 'set-strategy':
      return setStrategy(command, by, target)
    case 'set-split':
      return setSplit(command, by, target)
    case 'set-max-connections':
      return setMaxConnections(command, by, target)
    case 'set-rate-limit':
      return setRateLimit(command, by, target)
    case 'set-weight':
      return setWeight(command, by, target)
    case 'set-operator-state':
      return setOperatorState(command, by, target)
    case 'add-fault':
      return target.faults.add(command, by)
    case 'clear-faults':
      return target.faults.clear(command.number, by)
    case 'check-now':
      return checkNow(command, target)
    case 'end-ejection':
      return endEjection(command, by, target)
    case 'set-setting':
      return target.setSetting(command, by)
    case 'reload':
      return target.reload(by)
    case 'reopen-log':
      return target.reopenLog(by)
    case 'restart':
      return target.restart(by)
    case 'stop':
      return target.stop(command.force, by)
  }
}

function setStrategy(
  {service: name, strategy, guard}: Extract<Command, {type: 'set-strategy'}>,
  by: string,
  target: CommandTarget,
): Outcome {
  const {services, events} = target
  const service = services.get(name)
  if (service === undefined) return {ok: false, message: `there is no service ${name}`}
  if (!strategyNames.includes(strategy)) return {ok: false, message: `there is no strategy ${strategy}`}
  if (strategy === 'HEADER_HASH' && service.config.hashHeader === undefined)
    return {ok: false, message: `${name} has no hashHeader: add one to the file that names the header field`}
  const before = service.strategy
  if (before === strategy) return {ok: true, message: `${name} uses ${strategy} already`}
  const at = Date.now()
  service.switchTo(strategy, at, by)
  target.order({type: 'strategy', service: name, strategy})
  target.guard.switched(service, before, at, guard)
  const watched = guard === true ? ', guarded' : ''
  events.add('info', name, `strategy ${before} → ${strategy}${watched}`, by)
  return {
    ok: true,
    message: `${name}: ${before} → ${strategy}${watched}`,
    undo: {type: 'set-strategy', service: name, strategy: before},
  }
}

function endEjection(ref: InstanceRef, by: string, target: CommandTarget): Outcome {
  const found = find(ref, target)
  if ('ok' in found) return found
  const ended = target.ejections.end(found.service, found.model, 'taken back', by)
  return {ok: true, message: `${ref.instance} ${ended ? 'serves again' : 'is not ejected'}`}
}

async function checkNow(ref: InstanceRef, target: CommandTarget): Promise<Outcome> {
  const found = find(ref, target)
  if ('ok' in found) return found
  if (found.model.operator === 'maintenance')
    return {ok: false, message: `${ref.instance} is in maintenance: it is not checked until it is ready`}
  const result = await target.health.checkNow(`${ref.service}/${ref.instance}`)
  if (result === undefined)
    return {
      ok: false,
      message: `${ref.service} has no health check: add tcpHealthcheck or httpHealthcheck to it`,
    }
  const took = `${result.tookMs.toFixed(1)} ms`
  return {
    ok: true,
    message: `${ref.instance}: ${result.passed ? `check passed in ${took}` : `check failed: ${result.reason}`}`,
  }
}
