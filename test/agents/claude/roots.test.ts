/** Where transcripts are looked for, on real folders: variables, links, virtual machines, Claude Desktop, what cannot be read. */
import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import claude from '../../../src/agents/claude/index.ts'
import { Diagnostics } from '../../../src/core/diagnostic.ts'
import type { Host } from '../../../src/host/host.ts'
import { discovered } from '../../support/discover.ts'
import { type HostParts, makeHost } from '../../support/host.ts'
import { scanSources } from '../../support/scan.ts'
import { temporaryHome } from '../../support/temporary.ts'
import { jsonl, response } from '../../support/transcript.ts'

const log = (id: string) => jsonl(response({ id, request: id }))

/** What is found, as paths under `home`, and what was odd. */
const look = (home: string, parts: Omit<HostParts, 'home'> = {}, change: (host: Host) => Host = host => host) => {
  const diagnostics = new Diagnostics()
  const host = change(makeHost({ home, ...parts }))
  const found = discovered(claude, host, diagnostics)
  return {
    host,
    ...found,
    paths: found.sources.map(source => relative(home, source.path)).sort(),
    odd: diagnostics.list().map(({ code, args }) => [code, relative(home, String(args.path))]),
  }
}

describe('the default places', () => {
  it('are ~/.claude and the XDG folder, both', () => {
    const home = temporaryHome({
      '.claude/projects/p/a.jsonl': log('a'),
      '.config/claude/projects/p/b.jsonl': log('b'),
    })
    expect(look(home).paths).toEqual(['.claude/projects/p/a.jsonl', '.config/claude/projects/p/b.jsonl'])
  })

  it('XDG_CONFIG_HOME moves the second; empty, it does not', () => {
    const home = temporaryHome({
      'xdg/claude/projects/p/b.jsonl': log('b'),
      '.config/claude/projects/p/c.jsonl': log('c'),
    })
    expect(look(home, { env: { XDG_CONFIG_HOME: join(home, 'xdg') } }).paths).toEqual(['xdg/claude/projects/p/b.jsonl'])
    expect(look(home, { env: { XDG_CONFIG_HOME: '' } }).paths).toEqual(['.config/claude/projects/p/c.jsonl'])
  })

  it('hold nothing on a machine without the agent, and say where was looked', () => {
    const home = temporaryHome()
    const { sources, roots, odd } = look(home)
    expect([sources, odd]).toEqual([[], []])
    expect(roots.map(root => [relative(home, root.path), root.isFound])).toEqual([
      ['.claude', false],
      ['.config/claude', false],
    ])
  })

  it('hold virtual machines', () => {
    const home = temporaryHome({
      '.claude/vms/one/projects/p/a.jsonl': log('a'),
      '.claude/vms/two/.claude/projects/p/b.jsonl': log('b'),
    })
    expect(look(home).paths).toEqual([
      '.claude/vms/one/projects/p/a.jsonl',
      '.claude/vms/two/.claude/projects/p/b.jsonl',
    ])
  })
})

describe('CLAUDE_CONFIG_DIR', () => {
  const files = {
    'one/projects/p/a.jsonl': log('a'),
    'two/projects/p/b.jsonl': log('b'),
    '.claude/projects/p/c.jsonl': log('c'),
  }
  const withVariable = (value: (home: string) => string, more: Readonly<Record<string, string>> = {}) => {
    const home = temporaryHome({ ...files, ...more })
    return look(home, { env: { CLAUDE_CONFIG_DIR: value(home) } })
  }
  const [a, b, c] = Object.keys(files)

  it('takes the place of the defaults', () => {
    expect(withVariable(home => join(home, 'one'))).toMatchObject({ paths: [a], odd: [] })
  })

  it('may be a list, with blanks around its parts', () => {
    expect(withVariable(home => `${join(home, 'one')} , ${join(home, 'two')}`)).toMatchObject({
      paths: [a, b],
      odd: [],
    })
  })

  it('may be one path with a comma in it', () => {
    expect(withVariable(home => join(home, 'x,y'), { 'x,y/projects/p/d.jsonl': log('d') })).toMatchObject({
      paths: ['x,y/projects/p/d.jsonl'],
      odd: [],
    })
  })

  it('may begin with ~', () => {
    expect(withVariable(() => '~/one,~/two').paths).toEqual([a, b])
    expect(withVariable(() => '~', { 'projects/p/d.jsonl': log('d') }).paths).toContain('projects/p/d.jsonl')
  })

  it('may end in projects, with or without a slash', () => {
    expect(withVariable(home => join(home, 'one/projects')).paths).toEqual([a])
    expect(withVariable(home => `${join(home, 'one/projects')}/,${join(home, 'two')}/`).paths).toEqual([a, b])
  })

  it('twice the same, or a root and its projects, reads each file once', () => {
    expect(
      withVariable(home => `${join(home, 'one')},${join(home, 'one')},${join(home, 'one/projects')}`).paths,
    ).toEqual([a])
  })

  it('naming one that is gone is said, and the others are read', () => {
    expect(withVariable(home => `${join(home, 'gone')},${join(home, 'two')}`)).toMatchObject({
      paths: [b],
      odd: [['missing-root', 'gone']],
    })
  })

  it('with nothing valid in it is said, and the defaults are read', () => {
    expect(withVariable(home => join(home, 'gone'))).toMatchObject({ paths: [c], odd: [['missing-root', 'gone']] })
    expect(withVariable(() => '').paths).toEqual([c])
    expect(withVariable(() => '').odd).toHaveLength(1)
    expect(withVariable(() => ' , ').paths).toEqual([c])
  })

  it('naming a file is naming nothing', () => {
    expect(withVariable(home => join(home, 'one/projects/p/a.jsonl'))).toMatchObject({
      paths: [c],
      odd: [['missing-root', a]],
    })
  })
})

describe('what lies under projects', () => {
  const base = '.claude/projects/-home-dev-app'
  const facts = (path: string) => {
    const [source] = look(temporaryHome({ [path]: log('a') })).sources
    return [source?.project, source?.session, source?.subagent]
  }

  it.each([
    [`${base}/s1.jsonl`, '-home-dev-app', 's1', undefined],
    [`${base}/s1/subagents/agent-a1.jsonl`, '-home-dev-app', 's1', 'a1'],
    [`${base}/s1/subagents/workflows/wf_9/agent-a2.jsonl`, '-home-dev-app', 's1', 'a2'],
    [`${base}/agent-a3.jsonl`, '-home-dev-app', undefined, 'a3'],
    [`${base}/s1/chat.jsonl`, '-home-dev-app', 's1', undefined],
    [`${base}/subagents/agent-a4.jsonl`, '-home-dev-app', undefined, 'a4'],
    ['.claude/projects/s9.jsonl', undefined, 's9', undefined],
  ])('%s', (path, project, session, subagent) => {
    expect(facts(path)).toEqual([project, session, subagent])
  })

  it('bookkeeping, tool results and other files are left out', () => {
    const home = temporaryHome({
      [`${base}/s1/subagents/workflows/wf_9/journal.jsonl`]: log('a'),
      [`${base}/s1/tool-results/out.jsonl`]: log('b'),
      [`${base}/s1.json`]: log('c'),
      [`${base}/s1.jsonl.bak`]: log('d'),
      [`${base}/sessions-index.json`]: '{}',
      '.claude/history.jsonl': log('e'),
      '.claude/transcripts/x.jsonl': log('f'),
    })
    expect(look(home).paths).toEqual([])
  })

  it('names with blanks, commas, letters of any script and dots are paths like any other', () => {
    const path = '.claude/projects/-home-ü 漢,.x/s 1.v2.jsonl'
    expect(look(temporaryHome({ [path]: log('a') })).paths).toEqual([path])
  })
})

describe('links', () => {
  it('to project folders and files are followed (W27)', () => {
    const home = temporaryHome({
      'elsewhere/s1.jsonl': log('a'),
      'lone.jsonl': log('b'),
      '.claude/projects/p/s0.jsonl': log('c'),
    })
    symlinkSync(join(home, 'elsewhere'), join(home, '.claude/projects/linked'))
    symlinkSync(join(home, 'lone.jsonl'), join(home, '.claude/projects/p/s2.jsonl'))
    const { paths, sources, host } = look(home)
    expect(paths).toEqual([
      '.claude/projects/linked/s1.jsonl',
      '.claude/projects/p/s0.jsonl',
      '.claude/projects/p/s2.jsonl',
    ])
    expect(scanSources(host, sources).tokens.output).toBe(60)
  })

  it('the projects folder itself may be one, as may the root', () => {
    const home = temporaryHome({ 'data/p/s1.jsonl': log('a'), 'dot/projects/p/s2.jsonl': log('b') })
    mkdirSync(join(home, '.claude'))
    symlinkSync(join(home, 'data'), join(home, '.claude/projects'))
    mkdirSync(join(home, '.config'))
    symlinkSync(join(home, 'dot'), join(home, '.config/claude'))
    expect(look(home).paths).toEqual(['.claude/projects/p/s1.jsonl', '.config/claude/projects/p/s2.jsonl'])
  })

  it('that loop, dangle or point at what was read end', () => {
    const home = temporaryHome({ '.claude/projects/p/s1.jsonl': log('a') })
    const projects = join(home, '.claude/projects')
    symlinkSync(projects, join(projects, 'p/up'))
    symlinkSync(join(projects, 'p'), join(projects, 'again'))
    symlinkSync(join(projects, 'nowhere'), join(projects, 'dangling.jsonl'))
    symlinkSync(join(projects, 'self'), join(projects, 'self'))
    symlinkSync(join(projects, 'p/s1.jsonl'), join(projects, 'p/s9.jsonl'))
    linkSync(join(projects, 'p/s1.jsonl'), join(projects, 'hard.jsonl'))
    expect(look(home).paths).toHaveLength(1)
  })

  it('the same folder by two roots counts once', () => {
    const home = temporaryHome({ '.claude/projects/p/s1.jsonl': log('a') })
    mkdirSync(join(home, '.config'))
    symlinkSync(join(home, '.claude'), join(home, '.config/claude'))
    expect(look(home).paths).toEqual(['.claude/projects/p/s1.jsonl'])
  })
})

describe('what cannot be read', () => {
  const denied = () => Object.assign(new Error('permission denied'), { code: 'EACCES' })
  const files = { '.claude/projects/good/s1.jsonl': log('a'), '.claude/projects/shut/s2.jsonl': log('b') }

  it('a folder is said, and the others are read', () => {
    const { paths, odd } = look(temporaryHome(files), {}, host => ({
      ...host,
      readDirectory(path) {
        if (path.endsWith('shut')) throw denied()
        return host.readDirectory(path)
      },
    }))
    expect(paths).toEqual(['.claude/projects/good/s1.jsonl'])
    expect(odd).toEqual([['unreadable', '.claude/projects/shut']])
  })

  it.each(['open', 'read'])('a file is said where %s fails, and the others are read', where => {
    const found = look(temporaryHome(files), {}, host => ({
      ...host,
      open(path) {
        const reader = host.open(path)
        if (!path.includes('shut')) return reader
        reader.close()
        if (where === 'open') throw denied()
        return {
          read() {
            throw denied()
          },
          close() {},
        }
      },
    }))
    const { tokens, diagnostics } = scanSources(found.host, found.sources)
    expect(tokens.output).toBe(20)
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toMatchObject({ code: 'unreadable', count: 1, args: { reason: 'EACCES' } })
  })

  it('a file that went away after it was found is said', () => {
    const found = look(temporaryHome(files))
    const gone = { ...found.sources[0]!, path: `${found.sources[0]!.path}.gone` }
    const { diagnostics, tokens } = scanSources(found.host, [gone, found.sources[1]!])
    expect([diagnostics[0]?.args.reason, tokens.output]).toEqual(['ENOENT', 20])
  })
})

describe('Claude Desktop’s Cowork', () => {
  const inside = 'local-agent-mode-sessions/acc/ws/local_1/.claude/projects/p/s1.jsonl'

  it.each([
    ['darwin', 'Library/Application Support/Claude', {}],
    ['linux', '.config/Claude', {}],
    ['win32', 'AppData/Roaming/Claude', { APPDATA: 'AppData/Roaming' }],
    ['win32', 'AppData/Local/Packages/Claude_abc/LocalCache/Roaming/Claude', { LOCALAPPDATA: 'AppData/Local' }],
    ['win32', 'AppData/Local/Packages/Vendor.Claude_abc/LocalCache/Roaming/Claude', { LOCALAPPDATA: 'AppData/Local' }],
  ] as const)('on %s in %s', (platform, folder, variables) => {
    const home = temporaryHome({ [`${folder}/${inside}`]: log('a') })
    const env = Object.fromEntries(Object.entries(variables).map(([name, path]) => [name, join(home, path)]))
    expect(look(home, { platform, env }).paths).toEqual([`${folder}/${inside}`])
  })

  it('is not looked for in other systems’ places', () => {
    const home = temporaryHome({ [`Library/Application Support/Claude/${inside}`]: log('a') })
    expect(look(home, { platform: 'linux' }).paths).toEqual([])
  })

  it('may lie a level deeper, but not among build output', () => {
    const base = '.config/Claude/local-agent-mode-sessions/acc/ws'
    const home = temporaryHome({
      [`${base}/agent/local_ditto_1/.claude/projects/p/s1.jsonl`]: log('a'),
      [`${base}/local_1/node_modules/.claude/projects/p/s2.jsonl`]: log('b'),
      [`${base}/local_1/outputs/.claude/projects/p/s3.jsonl`]: log('c'),
      '.config/Claude/claude-code-sessions/local_1.json': '{}',
    })
    expect(look(home).paths).toEqual([`${base}/agent/local_ditto_1/.claude/projects/p/s1.jsonl`])
  })

  it('is read beside the folders that the variable names', () => {
    const home = temporaryHome({ [`.config/Claude/${inside}`]: log('a'), 'one/projects/p/s2.jsonl': log('b') })
    expect(look(home, { env: { CLAUDE_CONFIG_DIR: join(home, 'one') } }).paths).toEqual([
      `.config/Claude/${inside}`,
      'one/projects/p/s2.jsonl',
    ])
  })
})
