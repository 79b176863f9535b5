/** `schema`: the JSON schema of configurations, or of the control socket. */
import {root} from '../config/fields.ts'
import {jsonSchema} from '../config/schema.ts'
import {exitCodes} from '../exit-codes.ts'
import {controlSchema} from '../socket/schema.ts'
import {CommandFailure} from './failure.ts'
import type {Call} from './table.ts'

const schemas = {configuration: () => jsonSchema(root), control: controlSchema} as const
export const schemaNames = Object.keys(schemas)

export async function run({args, output}: Call): Promise<number> {
  const [name = 'configuration'] = args
  if (!Object.hasOwn(schemas, name))
    throw new CommandFailure('USAGE', `there is no schema of ${name}; there are ${schemaNames.join(' and ')}`)
  output.write(`${JSON.stringify(schemas[name as keyof typeof schemas](), null, 2)}\n`)
  return exitCodes.OK.code
}
