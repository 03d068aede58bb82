/** Projects as a person names them: a path becomes its last segment, or what the config calls it. */
import type { ProjectRef } from '../core/report.ts'

/** The parts of a path; logs come from either kind of system. */
const segmentsOf = (path: string): string[] => path.split(/[\\/]+/).filter(part => part !== '')

/** ccusage's name of a project, which is the folder Claude Code keeps its logs in: `/home/dev/app` is `-home-dev-app`. */
export const projectSlug = (path: string): string => path.replace(/[^A-Za-z0-9]/g, '-')

const configured = (path: string, names: Readonly<Record<string, string>>): string | undefined => {
  const keys = [path, projectSlug(path), segmentsOf(path).at(-1) ?? path]
  const key = keys.find(k => Object.hasOwn(names, k))
  return key === undefined ? undefined : names[key]
}

/** Names one project; `names` (from the config) go by path, slug or last segment. */
export const projectRef = (path: string, names: Readonly<Record<string, string>>): ProjectRef => ({
  path,
  name: configured(path, names) ?? segmentsOf(path).at(-1) ?? path,
})

/**
 * Names all projects of a report: those with the same last segment get as many of the segments before it as tell them
 * apart (`client/app`, `server/app`). A name from the config stays as it is, even if it is given twice.
 */
export const projectRefs = (
  paths: Iterable<string | undefined>,
  names: Readonly<Record<string, string>>,
): ReadonlyMap<string, ProjectRef> => {
  const refs = new Map<string, ProjectRef>()
  for (const path of paths) if (path !== undefined && !refs.has(path)) refs.set(path, projectRef(path, names))
  const unnamed = [...refs.keys()].filter(path => configured(path, names) === undefined)
  for (const { path, name } of distinct(unnamed)) refs.set(path, { path, name })
  return refs
}

const distinct = (paths: readonly string[], depth = 1): ProjectRef[] => {
  const groups = new Map<string, string[]>()
  for (const path of paths) {
    const name = segmentsOf(path).slice(-depth).join('/') || path
    groups.set(name, [...(groups.get(name) ?? []), path])
  }
  return [...groups].flatMap(([name, same]) => {
    // Paths that differ in nothing but their separators stay alike however deep one looks.
    const isDeeper = same.some(path => segmentsOf(path).length > depth)
    if (same.length > 1 && isDeeper) return distinct(same, depth + 1)
    return same.map(path => ({ path, name }))
  })
}
