/** Every home of the fixtures by way of the index: the same answer as from the logs alone, and nothing stored that is nobody's business. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerOf, codesOf, IndexHome } from '../support/index-home.ts'
import { root } from '../support/recorded.ts'

/** Stands in all texts of the fixtures that must not get out. */
const SECRET = 'xyzzy'

const homesIn = (folder: string): string[] =>
  readdirSync(join(root, 'fixtures', folder), { withFileTypes: true }).flatMap(e => {
    if (!e.isDirectory()) return []
    return e.name === 'home' ? [`${folder}/home`] : homesIn(`${folder}/${e.name}`)
  })

const homes = [...homesIn('agents'), ...homesIn('recorded'), ...homesIn('real'), 'demo']

const secretFiles = (home: IndexHome): string[] =>
  home.files('').filter(name => readFileSync(join(home.index, name), 'latin1').includes(SECRET))

describe.each(homes)('%s', name => {
  it('gives the same answer with a new index, with one that is there and without', async () => {
    const data = new IndexHome()
    const host = data.host({ home: join(root, 'fixtures', name) })
    const plain = await data.run({ index: false }, host)
    expect(answerOf(await data.run({}, host))).toEqual(answerOf(plain))
    data.opened.length = 0
    const warm = await data.run({}, host)
    expect(answerOf(warm)).toEqual(answerOf(plain))
    if (codesOf(plain).unreadable === undefined) expect(data.opened).toEqual([])
  })

  it('leaves no text in the index but titles, and no titles where nobody wants them', async () => {
    const data = new IndexHome()
    const host = data.host({ home: join(root, 'fixtures', name) })
    await data.run({ titles: false }, host)
    expect(secretFiles(data)).toEqual([])
    await data.run({}, host)
    expect(secretFiles(data).filter(file => !file.startsWith('notes-'))).toEqual([])
  })
})

it('there are homes, of many agents, and texts in them', () => {
  expect(homes.length).toBeGreaterThan(20)
  expect(homes.filter(name => name.startsWith('agents/')).length).toBeGreaterThan(3)
})
