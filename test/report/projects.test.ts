import { describe, expect, it } from 'vitest'
import { projectRef, projectRefs, projectSlug } from '../../src/report/projects.ts'

describe('projectRef', () => {
  it.each([
    ['/home/dev/app', 'app'],
    ['/home/dev/app/', 'app'],
    ['C:\\Users\\dev\\My App', 'My App'],
    ['-home-dev-app', '-home-dev-app'],
    ['/', '/'],
  ])('names %s by its last segment', (path, name) => {
    expect(projectRef(path, {})).toEqual({ path, name })
  })

  it('takes the config’s name by path, then slug, then last segment', () => {
    const names = { '/home/dev/app': 'by path', '-home-dev-app': 'by slug', '-srv-app': 'by slug', app: 'by segment' }
    expect(projectRef('/home/dev/app', names).name).toBe('by path')
    expect(projectRef('/srv/app', names).name).toBe('by slug')
    expect(projectRef('/opt/app', names).name).toBe('by segment')
  })

  it('takes no name from the prototype of an object', () => {
    expect(projectRef('/home/dev/constructor', {}).name).toBe('constructor')
  })
})

it('projectSlug puts a dash for all that is neither letter nor digit', () => {
  expect(projectSlug('/home/dev/my_app.v2')).toBe('-home-dev-my-app-v2')
  expect(projectSlug('C:\\Users\\dev')).toBe('C--Users-dev')
})

describe('projectRefs', () => {
  const named = (paths: (string | undefined)[], names = {}) => [...projectRefs(paths, names).values()].map(r => r.name)

  it('tells projects with one last segment apart by the one before', () => {
    expect(named(['/home/dev/app', '/home/dev/web', undefined, '/srv/app'])).toEqual(['dev/app', 'web', 'srv/app'])
  })

  it('goes on as far as it takes', () => {
    expect(named(['/a/x/app', '/b/x/app', '/c/y/app'])).toEqual(['a/x/app', 'b/x/app', 'y/app'])
  })

  it('ends where a path ends', () => {
    expect(named(['app', '/srv/app', 'app/'])).toEqual(['app', 'srv/app', 'app'])
  })

  it('leaves a name from the config alone', () => {
    expect(named(['/home/dev/app', '/srv/app'], { '/srv/app': 'Shop' })).toEqual(['app', 'Shop'])
    expect(named(['/home/dev/app', '/srv/app'], { app: 'Shop' })).toEqual(['Shop', 'Shop'])
  })
})
