/** How the line looks: flags before what the config file and the environment say, as the last refresh found them, before defaults. */
import type { StatusView } from '../core/status.ts'

export const shells = ['bash', 'zsh', 'fish', 'starship', 'tmux'] as const
export type Shell = (typeof shells)[number]

type Maybe<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** What flags say; undefined where they say nothing. */
export interface LineFlags extends Maybe<Omit<StatusView, 'modelLabels'>> {
  readonly shell?: Shell | undefined
  readonly width?: number | undefined
}

/** What the environment says of this very run. */
export interface LineEnvironment {
  /** NO_COLOR, FORCE_COLOR, TERM. */
  readonly color: boolean | undefined
  readonly columns: number | undefined
}

export interface Look extends Omit<StatusView, 'color'> {
  readonly color: boolean
  readonly shell: Shell | undefined
  /** Columns; undefined: as many as it takes. */
  readonly width: number | undefined
  readonly tokenLimit: number | 'max' | undefined
}

/** Seconds. */
const REFRESH_INTERVAL = 10

const defaults: StatusView = {
  template: undefined,
  theme: 'default',
  emoji: true,
  color: undefined,
  visualBurnRate: 'off',
  costSource: 'auto',
  contextLow: 50,
  contextMedium: 80,
  refreshInterval: REFRESH_INTERVAL,
  noCost: false,
  modelLabels: {},
}

export const lookOf = (flags: LineFlags, view: StatusView | undefined, environment: LineEnvironment): Look => {
  const base = view ?? defaults
  return {
    template: flags.template ?? base.template,
    theme: flags.theme ?? base.theme,
    emoji: flags.emoji ?? base.emoji,
    // Colours are on though the output is no terminal: it becomes part of one.
    color: flags.color ?? environment.color ?? base.color ?? true,
    visualBurnRate: flags.visualBurnRate ?? base.visualBurnRate,
    costSource: flags.costSource ?? base.costSource,
    contextLow: flags.contextLow ?? base.contextLow,
    contextMedium: flags.contextMedium ?? base.contextMedium,
    refreshInterval: flags.refreshInterval ?? base.refreshInterval,
    noCost: flags.noCost ?? base.noCost,
    modelLabels: base.modelLabels,
    shell: flags.shell,
    width: flags.width ?? environment.columns,
    tokenLimit: flags.tokenLimit ?? base.tokenLimit,
  }
}
