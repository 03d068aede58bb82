/** The agent's `hooks` setting: lists by event, of groups, of commands. Ours is one more group; those of others are left alone. */
import { UserError } from '../core/errors.ts'
import type { Setting } from './change.ts'
import {
  addElement,
  addProperty,
  type Node,
  parseObject,
  propertyOf,
  removeChild,
  replaceNode,
  valueAt,
} from './json-text.ts'
import { type Command, leftOf, notesOn, startOf, withoutOurs } from './settings.ts'

const KEY = 'hooks'

/** Where spending begins and where it ends; a matcher is for tools only. */
const EVENTS = ['UserPromptSubmit', 'PreToolUse', 'Stop'] as const

/** The agent gives a hook up after this; ours answers in a tenth of one. */
const LIMIT_SECONDS = 5

interface Found {
  readonly event: Node
  readonly group: Node
  readonly hook: Node
  readonly command: Node
}

const childrenOf = (node: Node | undefined): readonly Node[] => node?.children ?? []

/** Every hook that runs a command of ours, in file order. */
const findOurs = (root: Node, isOurs: Command['isOurs']): Found[] =>
  childrenOf(valueAt(root, KEY)).flatMap(event =>
    childrenOf(event.children?.[1]).flatMap(group =>
      childrenOf(valueAt(group, KEY)).flatMap(hook => {
        const command = valueAt(hook, 'command')
        return command?.type === 'string' && isOurs(String(command.value)) ? [{ event, group, hook, command }] : []
      }),
    ),
  )

/** Of the settings file called `name`. */
export const hooks = (name: string, command: Command): Setting => {
  const ours = (root: Node): Found[] => findOurs(root, command.isOurs)
  const setting: Setting = {
    install(before) {
      const start = startOf(before)
      const after = EVENTS.reduce((text, event) => withHook(text, event, name, command), start)
      return { after: after === start ? before : after, notes: notesOn(parseObject(start, name)) }
    },

    uninstall(before, earlier) {
      const [first] = ours(parseObject(startOf(before), name))
      if (!first) return { after: before }
      const past = withoutOurs(earlier, name, root => ours(root).length > 0)
      const again = hooks(name, { ...command, line: String(first.command.value) })
      if (past !== undefined && again.install(past).after === before) return { after: past }
      const kept = past === undefined ? undefined : valueAt(parseObject(startOf(past), name), KEY)
      let text = before
      for (let [found] = ours(parseObject(text, name)); found; [found] = ours(parseObject(text, name)))
        text = withoutHook(text, found, kept)
      return { after: leftOf(text, past) }
    },
  }
  return setting
}

const withHook = (text: string, event: string, name: string, command: Command): string => {
  const root = parseObject(text, name)
  const found = findOurs(root, command.isOurs).find(({ event: { children } }) => children?.[0]?.value === event)
  if (found) return replaceNode(text, found.command, JSON.stringify(command.line))
  const matcher = event === 'PreToolUse' ? { matcher: '*' } : {}
  const group = { ...matcher, hooks: [{ type: 'command', command: command.line, timeout: LIMIT_SECONDS }] }
  const all = valueAt(root, KEY)
  if (!all) return addProperty(text, root, KEY, { [event]: [group] })
  refuseOther(all, 'object', `"${KEY}"`, name)
  const list = valueAt(all, event)
  if (!list) return addProperty(text, all, event, [group])
  refuseOther(list, 'array', `"${event}" in "${KEY}"`, name)
  return addElement(text, list, group)
}

const refuseOther = (node: Node, type: 'object' | 'array', what: string, name: string): void => {
  if (node.type !== type)
    throw new UserError(`${what} in ${name} is not an ${type}. Mend it first. Nothing was changed.`)
}

/** Takes out the largest part that holds nothing but this hook, and was not there before: `kept` is the setting as it was. */
const withoutHook = (text: string, { event, group, hook }: Found, kept: Node | undefined): string => {
  const isAlone = (node: Node): boolean => node.parent?.children?.length === 1
  if (!isAlone(hook)) return removeChild(text, hook)
  const list = event.children?.[1]
  const all = event.parent
  if (!isAlone(group) || !list || !all) return removeChild(text, group)
  const key = String(event.children?.[0]?.value)
  if (kept && propertyOf(kept, key)) return removeChild(text, group)
  return !isAlone(event) || kept || !all.parent ? removeChild(text, event) : removeChild(text, all.parent)
}
