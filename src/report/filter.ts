/** Which entries count. Applied to entries, after duplicates were merged: never to rows, never to files. */
import type { Calendar } from '../core/calendar.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import { projectRef, projectSlug } from './projects.ts'

/** What the accounts without a name are called. */
export const NO_PROFILE = 'default'

export interface EntryFilter {
  /** First and last local day, both inclusive. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** Any of a list may match; an empty list lets all pass. */
  readonly projects: readonly string[]
  readonly models: readonly string[]
  readonly agents: readonly string[]
  /** Names of accounts, `default` for what belongs to none. */
  readonly profiles?: readonly string[] | undefined
  /** The config's project names, so that a project is found by the name it is shown with. */
  readonly projectNames?: Readonly<Record<string, string>> | undefined
}

/** The entries that pass, in their order. */
export const filterEntries = (
  entries: readonly PricedEntry[],
  by: EntryFilter,
  calendar: Calendar,
): readonly PricedEntry[] => {
  const passes = entryFilter(by, calendar)
  return passes === undefined ? entries : entries.filter(({ entry }) => passes(entry))
}

/** What a filter looks at; `at` only where it asks for days. */
type FilteredEntry = Pick<UsageEntry, 'agent' | 'model' | 'profile'> &
  Partial<Pick<UsageEntry, 'at' | 'project' | 'folder'>>

/** Whether an entry passes; undefined where all do. An entry without a project or model passes no filter on it. */
export const entryFilter = (by: EntryFilter, calendar: Calendar): ((entry: FilteredEntry) => boolean) | undefined => {
  const { since, until } = by
  const { profiles = [] } = by
  const lists = [by.projects, by.models, by.agents, profiles]
  if (since === undefined && until === undefined && lists.every(list => list.every(text => text === '')))
    return undefined
  const isProject = anyOf(by.projects, (path, wanted) => isProjectNamed(path, wanted, by.projectNames ?? {}))
  const isFolder = anyOf(by.projects, (folder, wanted) => folder.toLowerCase().includes(wanted.toLowerCase()))
  const isModel = anyOf(by.models, isModelNamed)
  const isAgent = anyOf(by.agents, (agent, wanted) => agent === wanted)
  const isProfile = anyOf(profiles, (profile, wanted) => profile === wanted)
  return entry => {
    if (!isAgent(entry.agent) || !isModel(entry.model)) return false
    if (!isProfile(entry.profile ?? NO_PROFILE)) return false
    if (!isProject(entry.project) && !isFolder(entry.folder)) return false
    if (since === undefined && until === undefined) return true
    const day = calendar.dayOf(entry.at ?? Number.NaN)
    return (since === undefined || day >= since) && (until === undefined || day <= until)
  }
}

/** A test of names against a list, answered once per name. */
const anyOf = (list: readonly string[], matches: (name: string, wanted: string) => boolean) => {
  const wanted = list.filter(text => text !== '')
  const known = new Map<string | undefined, boolean>()
  return (name: string | undefined): boolean => {
    if (wanted.length === 0) return true
    let answer = known.get(name)
    if (answer === undefined) {
      answer = name !== undefined && wanted.some(text => matches(name, text))
      known.set(name, answer)
    }
    return answer
  }
}

const plain = (path: string): string =>
  path
    .toLowerCase()
    .replace(/[\\/]+/g, '/')
    .replace(/(?<=.)\/$/, '')

const isProjectNamed = (path: string, wanted: string, names: Readonly<Record<string, string>>): boolean => {
  const own = plain(path)
  const text = plain(wanted)
  if (projectSlug(own) === text) return true
  // A path says exactly which folder is meant: its neighbour `…/app-two` is another one.
  if (/^([a-z]:)?\//.test(text)) return `${own}/`.includes(`${text}/`)
  return own.includes(text) || projectRef(path, names).name.toLowerCase().includes(wanted.toLowerCase())
}

/** A model's name, its short name (`opus-4-6`) or any part, `.` and `-` alike. */
const isModelNamed = (model: string, wanted: string): boolean =>
  model.toLowerCase().replaceAll('.', '-').includes(wanted.toLowerCase().replaceAll('.', '-'))
