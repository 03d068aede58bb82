/**
 * What a config file may hold, derived from the option table. The only file of the room that loads zod (13 ms), so it is
 * imported only when there is a config file to check or a schema to print.
 */
import * as z from 'zod'
import { UserError } from '../core/errors.ts'
import type { PriceOverride } from '../core/pricing.ts'
import { type CommandName, commandNames } from './commands.ts'
import { suggestion } from './nearest.ts'
import { negativeKeyOf, type OptionRow, optionTable, rowsOf } from './table.ts'
import { expectedOf } from './values.ts'

type PriceOverrides = Readonly<Record<string, PriceOverride>>

/** Option values by config key, as the file has them. */
export interface ConfigSection {
  readonly values: Readonly<Record<string, unknown>>
  readonly pricingOverrides: PriceOverrides
}

export interface ConfigData {
  /** By key path: `defaults`, `commands.daily`, `commands.<agent>:daily`, `<agent>.defaults`, `<agent>.commands.daily`. */
  readonly sections: ReadonlyMap<string, ConfigSection>
  readonly modelAliases: Readonly<Record<string, string>>
  readonly projectNames: Readonly<Record<string, string>>
  /** Names of models as the status line gets them, to those it shows; ccusage's `modelLabelAliases` are among them. */
  readonly modelLabels: Readonly<Record<string, string>>
  /** Further roots of agents, by name of the account and id of the agent. */
  readonly profiles: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** `strict` for our own file, where an unknown key is a mistake; `lenient` for ccusage's, which hold keys we need not know. */
export type ConfigKind = 'strict' | 'lenient'

type Fields = Readonly<Record<string, z.ZodType>>

const objectOf = (kind: ConfigKind, fields: Fields): z.ZodType<Record<string, unknown>> => {
  const optional = Object.fromEntries(Object.entries(fields).map(([key, type]) => [key, type.optional()]))
  if (kind === 'lenient') return z.object(optional, { error: 'expected an object' })
  return z.strictObject(optional, {
    error: issue => {
      if (issue.code !== 'unrecognized_keys') return 'expected an object'
      const key = issue.keys[0] ?? ''
      return `unknown key '${key}'.${suggestion(key, Object.keys(fields))}`
    },
  })
}

const textMap = (): z.ZodType<Record<string, string>> =>
  z.record(z.string(), z.string({ error: 'expected text' }), { error: 'expected an object of texts' })

/** `default` is what everything else is called. */
const profileName = z.string().refine(name => name !== 'default' && !name.includes(','), {
  error: "a profile cannot be called 'default', nor hold a comma",
})

/** What is wrong with a key, in the key's own words. */
const keyError =
  (expected: string) =>
  (issue: z.core.$ZodRawIssue): string =>
    (issue.code === 'invalid_key' ? issue.issues?.[0]?.message : undefined) ?? expected

const profilesOf = (agentIds: readonly string[]): z.ZodType<Record<string, Record<string, string>>> => {
  const path = z.string({ error: 'expected a path' }).min(1, { error: 'expected a path' })
  const agent = z.string().refine(id => agentIds.length === 0 || agentIds.includes(id), {
    error: ({ input }) => `unknown agent '${input}'.${suggestion(String(input), agentIds)}`,
  })
  const roots = z.record(agent, path, { error: keyError('expected an object of agents and their folders') })
  return z.record(profileName, roots, { error: keyError('expected an object of profiles') })
}

const priceKeys = [
  'inputCostPerToken',
  'outputCostPerToken',
  'cacheCreationInputTokenCost',
  'cacheReadInputTokenCost',
  'inputCostPerTokenAbove200kTokens',
  'outputCostPerTokenAbove200kTokens',
  'cacheCreationInputTokenCostAbove200kTokens',
  'cacheReadInputTokenCostAbove200kTokens',
  'maxInputTokens',
  'fastMultiplier',
] as const satisfies readonly (keyof PriceOverride)[]

const price = z
  .number({ error: 'expected a number, 0 or greater' })
  .min(0, { error: 'expected a number, 0 or greater' })

const overridesOf = (kind: ConfigKind): z.ZodType<PriceOverrides> =>
  z.record(z.string(), objectOf(kind, Object.fromEntries(priceKeys.map(key => [key, price]))), {
    error: 'expected an object of models',
  })

const fieldOf = (row: OptionRow): z.ZodType => {
  const error = `expected ${expectedOf(row)}`
  const text = z.string({ error })
  const one = row.choices ? z.enum(row.choices, { error }) : text
  switch (row.type) {
    case 'boolean':
      return z.boolean({ error })
    case 'integer':
      return z.int({ error }).min(row.least ?? 0, { error })
    case 'number':
      return z.number({ error }).positive({ error })
    case 'percent':
    case 'count':
    case 'limit':
      return z.union([z.number().positive(), text], { error })
    case 'list':
      return z.union([text, z.array(one)], { error })
    default:
      return one
  }
}

const fieldsOf = (rows: readonly OptionRow[], fields: Fields): Fields => {
  const keys = rows.filter(row => !row.isFlagOnly).flatMap(row => [row.key, negativeKeyOf(row) ?? row.key])
  return Object.fromEntries([...new Set([...keys, 'pricingOverrides'])].map(key => [key, fields[key]!]))
}

const rootOf = (kind: ConfigKind, agentIds: readonly string[]): z.ZodType<Record<string, unknown>> => {
  const fields: Record<string, z.ZodType> = { pricingOverrides: overridesOf(kind) }
  for (const row of optionTable) {
    fields[row.key] = fieldOf(row).describe(row.isNegative ? `false: ${row.text}` : row.text)
    const negative = negativeKeyOf(row)
    if (negative !== undefined) fields[negative] = z.boolean({ error: 'expected true or false' })
  }
  const section = (command: CommandName) =>
    objectOf(kind, {
      ...fieldsOf(rowsOf(command), fields),
      ...(command === 'statusline' ? { modelLabelAliases: textMap() } : {}),
    })
  const commands = Object.fromEntries(commandNames.map(name => [name, section(name)]))
  const defaults = objectOf(kind, fieldsOf(optionTable, fields))
  const agent = objectOf(kind, { defaults, commands: objectOf(kind, commands) })
  const focused = agentIds.flatMap(id =>
    [' ', ':'].flatMap(mark => commandNames.map(name => [`${id}${mark}${name}`, commands[name]!] as const)),
  )
  return objectOf(kind, {
    $schema: z.string(),
    defaults,
    commands: objectOf(kind, { ...commands, ...Object.fromEntries(focused) }),
    modelAliases: textMap().describe('names of your own for models, to the models they are priced and shown as'),
    pricingOverrides: fields.pricingOverrides!.describe('USD per token, by model'),
    projectNames: textMap().describe('project folders or paths, to the names to show'),
    modelLabels: textMap().describe('names of models, to those that the status line shows'),
    profiles: profilesOf(agentIds).describe('accounts: further folders of agents, under a name of your own'),
    ...Object.fromEntries(agentIds.map(id => [id, agent])),
  })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const entriesOf = (value: unknown): (readonly [string, unknown])[] => (isObject(value) ? Object.entries(value) : [])

const sectionsOf = (
  root: Readonly<Record<string, unknown>>,
  agentIds: readonly string[],
): (readonly [string, unknown])[] => {
  const level = (prefix: string, of: unknown) =>
    isObject(of)
      ? [
          [`${prefix}defaults`, of.defaults] as const,
          ...entriesOf(of.commands).map(([name, section]) => [`${prefix}commands.${name}`, section] as const),
        ]
      : []
  return [...level('', root), ...agentIds.flatMap(id => level(`${id}.`, root[id]))]
}

const lineOf = (commands: unknown): Readonly<Record<string, unknown>> | undefined => {
  const line = isObject(commands) ? commands.statusline : undefined
  return isObject(line) ? line : undefined
}

/** Checks a decoded config file; the first mistake is thrown as one line that names the file and the key. */
export const readConfigData = (
  decoded: unknown,
  file: string,
  kind: ConfigKind,
  agentIds: readonly string[],
): ConfigData => {
  const result = rootOf(kind, agentIds).safeParse(decoded)
  if (!result.success) {
    const issue = result.error.issues[0]!
    const path = issue.path.map(String).join('.')
    throw new UserError(`${file}: ${path === '' ? '' : `${path}: `}${issue.message}`)
  }
  const root = result.data
  const overrides = overridesOf('lenient').optional()
  const read = (section: Readonly<Record<string, unknown>>): ConfigSection => {
    const { pricingOverrides, ...values } = section
    return { values, pricingOverrides: overrides.parse(pricingOverrides) ?? {} }
  }
  const sections = sectionsOf(root, agentIds).flatMap(([path, section]) =>
    isObject(section) ? [[path, read(section)] as const] : [],
  )
  const base = read({ pricingOverrides: root.pricingOverrides })
  const map = textMap().optional()
  return {
    sections: new Map([['', base], ...sections]),
    modelAliases: map.parse(root.modelAliases) ?? {},
    projectNames: map.parse(root.projectNames) ?? {},
    modelLabels: { ...map.parse(root.modelLabels), ...map.parse(lineOf(root.commands)?.modelLabelAliases) },
    profiles: profilesOf(agentIds).optional().parse(root.profiles) ?? {},
  }
}

/** The JSON Schema of `tokusage.json`, for editors (draft 7, which they all read). */
export const configJsonSchema = (agentIds: readonly string[] = []): object => ({
  ...z.toJSONSchema(rootOf('strict', agentIds), { target: 'draft-7', reused: 'ref' }),
  title: 'tokusage.json',
  description: 'Configuration of tokusage: default flags, names and prices.',
})
