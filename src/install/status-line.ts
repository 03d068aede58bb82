/** The agent's `statusLine` setting. There is one, so somebody else's goes when ours comes, and comes back when ours goes. */
import type { Setting } from './change.ts'
import {
  addProperty,
  type Node,
  parseObject,
  propertyOf,
  removeChild,
  replaceNode,
  setValue,
  textOf,
} from './json-text.ts'
import { type Command, leftOf, notesOn, startOf, withoutOurs } from './settings.ts'

const KEY = 'statusLine'

/** Seconds between two renders while nothing happens, so that times left and cache states go on. */
const REFRESH_SECONDS = 30

const commandOf = (root: Node): Node | undefined => {
  const value = propertyOf(root, KEY)?.children?.[1]
  const command = value && propertyOf(value, 'command')?.children?.[1]
  return command?.type === 'string' ? command : undefined
}

/** Of the settings file called `name`. */
export const statusLine = (name: string, command: Command): Setting => {
  const ours = (root: Node): Node | undefined => {
    const node = commandOf(root)
    return node && command.isOurs(String(node.value)) ? node : undefined
  }
  const value = { type: 'command', command: command.line, padding: 0, refreshInterval: REFRESH_SECONDS }

  const setting: Setting = {
    install(before) {
      const text = startOf(before)
      const root = parseObject(text, name)
      const notes = notesOn(root)
      const own = ours(root)
      // What the user has set beside the command stays.
      if (own)
        return {
          after: own.value === command.line ? before : replaceNode(text, own, JSON.stringify(command.line)),
          notes,
        }
      const property = propertyOf(root, KEY)
      if (!property) return { after: addProperty(text, root, KEY, value), notes }
      return { after: setValue(text, property, value), other: otherOf(text, property), notes }
    },

    uninstall(before, earlier) {
      const root = parseObject(startOf(before), name)
      const property = propertyOf(root, KEY)
      const own = ours(root)
      if (!own || !property) return { after: before }
      const past = withoutOurs(earlier, name, old => ours(old) !== undefined)
      const old = past === undefined ? undefined : propertyOf(parseObject(startOf(past), name), KEY)
      const other = past !== undefined && old ? otherOf(past, old) : undefined
      const again = statusLine(name, { ...command, line: String(own.value) })
      if (past !== undefined && again.install(past).after === before) return { after: past, other }
      const oldValue = old?.children?.[1]
      const ownValue = property.children?.[1]
      if (past !== undefined && oldValue && ownValue)
        return { after: replaceNode(before, ownValue, textOf(past, oldValue)), other }
      return { after: leftOf(removeChild(before, property), past) }
    },
  }
  return setting
}

/** A status line of somebody else's as one reads it: its command, else the whole value. */
const otherOf = (text: string, property: Node): string | undefined => {
  const value = property.children?.[1]
  const command = value && propertyOf(value, 'command')?.children?.[1]
  if (command?.type === 'string') return String(command.value)
  return value && value.type !== 'null' ? textOf(text, value) : undefined
}
