/** The registry: every agent tokusage can read, in alphabetical order. */
import claude from './claude/index.ts'
import type { Agent } from './define.ts'

export const agents: readonly Agent[] = [claude]
