/** Which prices a run needs: every model once, and once more for each provider that sells it at a price of its own. */
import type { CostMode } from '../core/cost.ts'
import type { UsageEntry } from '../core/entry.ts'
import { isFree, loggedCost } from './cost.ts'
import { priceKey } from './names.ts'

/** Models and who served them, by `priceKey`. */
export type Wanted = Map<string, readonly [model: string, provider: string | undefined]>

/** Goes over every entry of a run: a model that was seen costs one look into a set. */
export const wantedOf = (entries: readonly UsageEntry[], isWanted: (entry: UsageEntry) => boolean): Wanted => {
  const wanted: Wanted = new Map()
  const known = new Map<string | undefined, Set<string>>()
  let last: string | undefined
  let models = new Set<string>()
  known.set(last, models)
  for (const entry of entries) {
    const { model, provider } = entry
    if (model === undefined) continue
    if (provider !== last) {
      last = provider
      models = known.get(provider) ?? new Set()
      known.set(provider, models)
    }
    if (models.has(model) || !isWanted(entry)) continue
    models.add(model)
    wanted.set(priceKey(model, provider), [model, provider])
  }
  return wanted
}

/** Models that have to be looked up, because neither the log nor a count of zero settles the cost. */
export const modelsOf = (entries: readonly UsageEntry[], mode: CostMode): Wanted =>
  wantedOf(entries, entry => loggedCost(entry, mode) === undefined && !isFree(entry))

/** Models that only an estimate needs: not worth a request. */
export const guessedModels = (entries: readonly UsageEntry[]): Wanted =>
  wantedOf(entries, entry => entry.estimated !== undefined)
