/** schema: the JSON Schemas of the reports and of the config file, for editors and for those who build on the output. */
import { agents } from '../agents/index.ts'
import { UserError } from '../core/errors.ts'
import type { Host } from '../host/host.ts'
import { print } from './terminal.ts'

/** Prints the schema named `which`: `config` (the default) or a report's. */
export const runSchema = async (_host: Host, which: string | undefined): Promise<number> => {
  const { reportJsonSchema, reportSchemas } = await import('../render/json-schema.ts')
  const kinds = Object.keys(reportSchemas).filter((kind): kind is keyof typeof reportSchemas => kind in reportSchemas)
  const kind = kinds.find(name => name === which)
  if (which !== undefined && which !== 'config' && kind === undefined)
    throw new UserError(`There is no schema '${which}'. Give one of config, ${kinds.join(', ')}.`)
  const { configJsonSchema } = await import('../config/schema.ts')
  const schema = kind === undefined ? configJsonSchema(agents.map(agent => agent.id)) : reportJsonSchema(kind)
  print(JSON.stringify(schema, null, 2))
  return 0
}
