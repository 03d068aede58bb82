/** What things are called on a screen: as they are, or under names that say nothing (`--private`). */
import type { Grouping } from '../core/grouping.ts'
import type { ItemTarget } from '../core/item.ts'
import type { Receipt } from './types.ts'

export type NameKind =
  | 'project'
  | 'session'
  | 'branch'
  | 'subagent'
  | 'file'
  | 'command'
  | 'mcp'
  | 'tool'
  | 'site'
  | 'query'
  | 'model'
  | 'version'
  | 'log'
  | 'profile'

export interface Names {
  readonly isPrivate: boolean
  /** The name of a thing of a kind. */
  of(kind: NameKind, key: string): string
  /** A prompt's or a session's title; undefined where none may be shown. */
  title(text: string | undefined): string | undefined
  tool(name: string, target?: ItemTarget | undefined): string
}

export const plainNames = (hasTitles: boolean): Names => ({
  isPrivate: false,
  of: (_, key) => key,
  title: text => (hasTitles ? text : undefined),
  tool: name => name,
})

/** Numbered in the order of the receipt, so that the same logs and range give the same names on every screen. */
export const privateNames = (receipt: Receipt, isKnownModel: (model: string) => boolean): Names => {
  const known = new Map<NameKind, Map<string, string>>()
  const nameOf = (kind: NameKind, key: string): string => {
    if (kind === 'version' || (kind === 'model' && isKnownModel(key))) return key
    const names = known.get(kind) ?? new Map<string, string>()
    known.set(kind, names)
    const name = names.get(key) ?? `${kind}-${names.size + 1}`
    names.set(key, name)
    return name
  }
  const names: Names = {
    isPrivate: true,
    of: nameOf,
    title: () => undefined,
    tool: (name, target) => privateTool(name, target, nameOf),
  }
  for (const thread of receipt.threads) nameThread(thread, names)
  return names
}

const nameThread = (thread: Receipt['threads'][number], names: Names): void => {
  if (thread.session !== undefined) names.of('session', thread.session)
  if (thread.subagent !== undefined) names.of('subagent', thread.subagent)
  for (const { entry } of thread.calls) {
    if (entry.project !== undefined) names.of('project', entry.project)
    if (entry.branch !== undefined) names.of('branch', entry.branch)
    if (entry.model !== undefined) names.of('model', entry.model)
  }
  for (const { context } of thread.items) {
    if (context?.tool !== undefined) names.tool(context.tool, context.target)
    if (context?.target) names.of(kindOfTarget(context.target), context.target.name)
  }
}

export const kindOfTarget = ({ kind }: ItemTarget): NameKind => (kind === 'url' ? 'site' : kind)

/** Tools that agents bring along: no secret. Compared without case and separators. */
const common = new Set(
  (
    'read readfile readmanyfiles view viewimage viewfile cat write writefile create createfile edit editfile multiedit replace insert ' +
    'patch applypatch applydiff strreplaceeditor strreplacebasededittool notebookedit notebookread delete deletefile ' +
    'bash bashoutput shell localshell localshellcall shellcommand runshellcommand runcommand execcommand executecommand writestdin killshell killbash ' +
    'grep glob ls list listfiles listdir listdirectory searchfiles searchfilecontent filesearch codebasesearch ripgrep find ' +
    'webfetch websearch fetch googlewebsearch browseraction task agent subagent delegate skill slashcommand toolsearch ' +
    'todowrite todoread updateplan exitplanmode enterplanmode plan askuserquestion askfollowupquestion attemptcompletion newtask savememory ' +
    'taskcreate taskupdate tasklist taskget taskoutput think'
  ).split(' '),
)

/** Whose name is unknown, or tells of a server, may be a secret. */
const privateTool = (
  name: string,
  target: ItemTarget | undefined,
  nameOf: (kind: NameKind, key: string) => string,
): string => {
  if (target?.kind === 'mcp') return `${nameOf('mcp', target.name)} ${nameOf('tool', name)}`
  return common.has(name.toLowerCase().replace(/[^a-z]/g, '')) ? name : nameOf('tool', name)
}

/** The kind of name that a grouping's keys are; undefined where a key is nobody's secret. */
export const kindOfKey = (by: Grouping): NameKind | undefined => {
  switch (by) {
    case 'project':
    case 'session':
    case 'branch':
    case 'subagent':
    case 'file':
    case 'command':
    case 'mcp':
    case 'model':
      return by
    default:
      return undefined
  }
}
