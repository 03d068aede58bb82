/**
 * Whose config file counts. A repository's own comes from whoever wrote the repository: it may say how a report looks, but it must neither stop its
 * user's agent nor have figures sent anywhere. So the guard's limits are the user's own, and a hook reads no file of the project at all.
 */
import type { Host } from '../host/host.ts'
import type { CommandName } from './commands.ts'
import { loadConfig, projectConfig } from './file.ts'
import { type Configs, isLimit, sectionsFor } from './layers.ts'
import { rowsOf } from './table.ts'

export interface TrustedConfigs extends Configs {
  /** A project's file of which the limits, or in a hook all of it, were passed over. */
  readonly passedOver: string | undefined
}

export interface ConfigRequest {
  /** The value of `--config`. */
  readonly named: string | undefined
  readonly agentIds: readonly string[] | undefined
  /** The agent of `<agent> <report>`. */
  readonly focus: string | undefined
  readonly isHook: boolean
}

export const loadConfigs = async (
  host: Host,
  command: CommandName,
  { named, agentIds, focus, isHook }: ConfigRequest,
): Promise<TrustedConfigs> => {
  const config = await loadConfig(host, named, agentIds, isHook)
  if (isHook && named === undefined) return { config, limits: config, passedOver: projectConfig(host) }
  if (command !== 'guard' || config?.isOfProject !== true) return { config, limits: config, passedOver: undefined }
  const keys = rowsOf(command).flatMap(row => (isLimit(row) ? [row.key] : []))
  const speaks = sectionsFor(config, command, focus).some(([, { values }]) =>
    keys.some(key => Object.hasOwn(values, key)),
  )
  return {
    config,
    limits: await loadConfig(host, undefined, agentIds, true),
    passedOver: speaks ? config.path : undefined,
  }
}
