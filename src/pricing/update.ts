/**
 * Writes the bundled price tables. Run by hand before a release, from the repository's root:
 *   npm run prices -- [file] [--date YYYY-MM-DD] [--source text]
 * Without a file it fetches LiteLLM's published one. Rows that LiteLLM dropped stay: models retire, logs do not.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { argv, stdout } from 'node:process'
import { type CompactRow, type CompactTable, compactPrices, isObject } from './compact.ts'
import { datedModel } from './dated.ts'
import { PRICE_FILE } from './refresh.ts'
import { isCompactTable } from './table.ts'

const CORE_PROVIDERS: ReadonlySet<string> = new Set([
  'anthropic',
  'openai',
  'gemini',
  'vertex_ai-language-models',
  'deepseek',
  'xai',
  'moonshot',
  'zai',
])

/** What an agent would hardly call as its model; those rows stay in the large table. */
const ASIDE =
  /ft:|audio|realtime|image|tts|transcribe|whisper|embed|moderation|search|live|vision|robotics|sora|dall-e|davinci|babbage|gemini-1|gpt-3\.5|grok-2|moonshot-v1|kimi-latest|\d{4}-\d\d-\d\d$/

/** Two tables as one: rows of `newer` win, rows that only `older` has stay. */
export const mergeTables = (older: CompactTable, newer: CompactTable): CompactTable => {
  const providers = [...newer.providers]
  const indexOf = (provider: string): number =>
    providers.includes(provider) ? providers.indexOf(provider) : providers.push(provider) - 1
  const kept = Object.entries(older.rows)
    .filter(([name]) => !Object.hasOwn(newer.rows, name))
    .map(([name, [provider, ...rest]]): [string, CompactRow] => [
      name,
      [indexOf(older.providers[provider] ?? ''), ...rest],
    ])
  const rows = { ...newer.rows, ...Object.fromEntries(kept) }
  return { ...newer, providers, rows }
}

/** The rows that the start-up path needs: the vendors' own, without the models no coding agent calls. */
export const coreOf = (table: CompactTable): CompactTable => ({
  ...table,
  rows: Object.fromEntries(
    Object.entries(table.rows).filter(([name, [provider]]) => {
      const vendor = table.providers[provider] ?? ''
      return (
        CORE_PROVIDERS.has(vendor) &&
        !ASIDE.test(name) &&
        !(vendor === 'gemini' && name.startsWith('gemini/gemini-2.0'))
      )
    }),
  ),
})

/** Names whose prices differ between two tables and that no dated row covers: each wants a dated row. */
export const repriced = (older: CompactTable, newer: CompactTable): string[] =>
  Object.keys(newer.rows).filter(name => {
    const before = older.rows[name]
    const after = newer.rows[name]
    return before && after && JSON.stringify(before.slice(2)) !== JSON.stringify(after.slice(2)) && !datedModel(name)
  })

const lines = (table: CompactTable): string => {
  const rows = Object.entries(table.rows).sort(([a], [b]) => (a < b ? -1 : 1))
  const { rows: _, ...head } = table
  const body = rows.map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`).join(',\n')
  return `${JSON.stringify(head).slice(0, -1)},"rows":{\n${body}\n}}\n`
}

const flag = (name: string): string | undefined => {
  const at = argv.indexOf(name)
  return at < 0 ? undefined : argv[at + 1]
}

const readTable = (path: string): CompactTable | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isCompactTable(value) ? value : undefined
  } catch {
    return undefined // the first run has nothing to merge with
  }
}

const main = async (): Promise<void> => {
  const [file] = argv.slice(2).filter((arg, index, all) => !arg.startsWith('--') && !all[index - 1]?.startsWith('--'))
  const text = file ? readFileSync(file, 'utf8') : await (await fetch(PRICE_FILE)).text()
  const raw: unknown = JSON.parse(text)
  if (!isObject(raw)) throw new Error('not a price file')
  const stamp = {
    date: flag('--date') ?? new Date().toISOString().slice(0, 10),
    source: flag('--source') ?? PRICE_FILE,
  }
  const fetched = compactPrices(raw, stamp)
  const older = readTable('src/pricing/rates.json')
  const table = older ? mergeTables(older, fetched) : fetched
  const core = coreOf(table)
  writeFileSync('src/pricing/rates.json', lines(table))
  writeFileSync('src/pricing/rates-core.json', lines(core))
  const changed = older ? repriced(older, table) : []
  stdout.write(`${Object.keys(table.rows).length} rows, ${Object.keys(core.rows).length} of them core\n`)
  if (changed.length) stdout.write(`repriced, and without a dated row:\n${changed.join('\n')}\n`)
}

if (/update\.(?:ts|mjs|js)$/.test(argv[1] ?? '')) await main()
