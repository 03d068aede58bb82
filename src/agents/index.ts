/** The registry: one line per agent, in alphabetical order. */
import amp from './amp/index.ts'
import claude from './claude/index.ts'
import cline from './cline/index.ts'
import codex from './codex/index.ts'
import copilot from './copilot/index.ts'
import cursor from './cursor/index.ts'
import type { Agent } from './define.ts'
import droid from './droid/index.ts'
import gemini from './gemini.ts'
import kilo from './kilo/index.ts'
import openclaw from './openclaw/index.ts'
import opencode from './opencode.ts'
import pi from './pi/index.ts'
import qwen from './qwen/index.ts'
import roo from './roo.ts'

export const agents: readonly Agent[] = [
  amp,
  claude,
  cline,
  codex,
  copilot,
  cursor,
  droid,
  gemini,
  kilo,
  openclaw,
  opencode,
  pi,
  qwen,
  roo,
]
