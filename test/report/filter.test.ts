import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { type EntryFilter, filterEntries } from '../../src/report/filter.ts'
import { priced } from '../support/entry.ts'

const all = { projects: [], models: [], agents: [] }
const names = { '/home/dev/app': 'Shop' }
const projects = ['/home/dev/app', '/home/dev/app-two', '/srv/App', 'C:\\Users\\dev\\app', '-home-dev-lost', undefined]
const ofProjects = projects.map(project => priced({ project, output: 1 }))

const found = (wanted: string, projectNames = names) =>
  filterEntries(ofProjects, { ...all, projects: [wanted], projectNames }, calendar('UTC')).map(p => p.entry.project)

describe('projects', () => {
  it.each<[string, string, (string | undefined)[]]>([
    ['no text', '', projects],
    ['a path, and not its neighbour', '/home/dev/app', ['/home/dev/app']],
    ['a path that ends in a slash', '/home/dev/app/', ['/home/dev/app']],
    ['a folder above', '/home/dev', ['/home/dev/app', '/home/dev/app-two']],
    ['whole segments of a path', '/app', ['/home/dev/app', '/srv/App', 'C:\\Users\\dev\\app']],
    ['a path of the other kind of system', 'c:\\users\\dev', ['C:\\Users\\dev\\app']],
    ['the folder that ccusage names it by', '-home-dev-app', ['/home/dev/app']],
    ['that of a folder with a drive', 'C--Users-dev-app', ['C:\\Users\\dev\\app']],
    ['the name of a folder whose path is not known', '-home-dev-lost', ['-home-dev-lost']],
    ['the name it is shown with', 'shop', ['/home/dev/app']],
    ['a part, in any case', 'APP-T', ['/home/dev/app-two']],
    ['a last segment, which is also a part', 'app-two', ['/home/dev/app-two']],
    ['nothing that there is', 'zebra', []],
  ])('are found by %s', (_, wanted, paths) => {
    expect(found(wanted)).toEqual(paths)
  })

  it('are not found by a name that no config gives', () => {
    expect(found('shop', { '/home/dev/app': 'App' })).toEqual([])
  })

  it('any of several may match', () => {
    const by = { ...all, projects: ['app-two', 'lost'] }
    expect(filterEntries(ofProjects, by, calendar('UTC')).map(p => p.entry.project)).toEqual([
      '/home/dev/app-two',
      '-home-dev-lost',
    ])
  })
})

describe('models and agents', () => {
  const list = [
    priced({ model: 'claude-opus-4-6-20260101', agent: 'ember' }),
    priced({ model: 'claude-haiku-4-5', agent: 'flint' }),
    priced({ model: undefined, agent: 'flint' }),
  ]
  const models = (by: Partial<EntryFilter>) =>
    filterEntries(list, { ...all, ...by }, calendar('UTC')).map(p => p.entry.model)

  it.each([
    ['its name', 'claude-opus-4-6-20260101'],
    ['its short name', 'opus-4-6'],
    ['its short name with a dot', 'Opus-4.6'],
    ['a part', 'opus'],
  ])('a model is found by %s', (_, wanted) => {
    expect(models({ models: [wanted] })).toEqual(['claude-opus-4-6-20260101'])
  })

  it('an agent is found by its id and by no part of it', () => {
    expect(models({ agents: ['flint'] })).toEqual(['claude-haiku-4-5', undefined])
    expect(models({ agents: ['fli'] })).toEqual([])
  })

  it('all filters must pass', () => {
    expect(models({ agents: ['flint'], models: ['opus'] })).toEqual([])
  })
})

describe('days', () => {
  const at = ['2026-03-08T04:59:59.999Z', '2026-03-08T05:00:00Z', '2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00Z']
  const list = at.map(time => priced({ at: time }))
  const times = (since: string | undefined, until: string | undefined) =>
    filterEntries(list, { ...all, since, until }, calendar('America/New_York')).map(p => list.indexOf(p))

  it('are local and inclusive, also the day of 23 hours', () => {
    expect(times('2026-03-08', '2026-03-08')).toEqual([1, 2])
    expect(times('2026-03-08', undefined)).toEqual([1, 2, 3])
    expect(times(undefined, '2026-03-08')).toEqual([0, 1, 2])
    expect(times('2026-03-10', undefined)).toEqual([])
  })
})
