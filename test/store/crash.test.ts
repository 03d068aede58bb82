/** An index that is damaged or cannot be written: the answer stays right, and the next run is sound. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesOf, IndexHome } from '../support/index-home.ts'
import {
  expectSound,
  failing,
  fault,
  namedFiles,
  november,
  october,
  oldHome,
  outputsOf,
  title,
} from '../support/old-home.ts'

const only = (names: readonly string[]): string => {
  expect(names).toHaveLength(1)
  return names[0]!
}

const flip = (home: IndexHome, name: string, at = 40): Buffer => {
  const path = join(home.index, name)
  const bytes = readFileSync(path)
  bytes[at % bytes.length]! ^= 4
  writeFileSync(path, bytes)
  return bytes
}

describe('a damaged or missing file', () => {
  const kinds = ['october', 'november', 'states', 'notes', 'manifest'] as const
  const cases = kinds.flatMap(kind =>
    (['flipped', 'missing'] as const).flatMap(how =>
      ([false, true] as const).map(isGrown => [kind, how, isGrown] as const),
    ),
  )
  it.each(cases)('%s, %s, home grown: %s', async (kind, how, isGrown) => {
    const home = await oldHome()
    const name = namedFiles(home)[kind]
    const kept = how === 'flipped' ? flip(home, name) : undefined
    if (how === 'missing') unlinkSync(join(home.index, name))
    if (isGrown) home.append('p/s1.jsonl', october(5))
    const found = await home.run()
    // What is history in a file that is lost is lost, but for what an older state still names.
    const lost = kind === 'october' ? [101] : []
    const live = [102, ...(isGrown ? [105] : []), 202, 203, 204]
    expect(outputsOf(found)).toEqual([101, 201, ...live].filter(output => !lost.includes(output)).sort((a, b) => a - b))
    expect(found.notes).toMatchObject([{ text: 'The title of s1' }])
    // Nobody looks at the states of logs that have not grown.
    const isSeen = kept && (kind !== 'states' || isGrown)
    const aside = home.files('damaged-')
    expect(aside.length).toBe(isSeen ? 1 : 0)
    if (isSeen) {
      expect(readFileSync(join(home.index, only(aside))).equals(kept)).toBe(true)
      expect(only(aside).endsWith(name)).toBe(true)
      expect(codesOf(found)['index-damaged']).toBe(1)
    }
    await expectSound(home, found)
    home.append('p/s2.jsonl', november(9))
    expect(outputsOf(await home.run())).toEqual([...outputsOf(found), 209])
    expect(home.files('damaged-')).toHaveLength(kept ? 1 : 0)
  })

  it('of each state: everything is read anew, and nothing that was there is deleted', async () => {
    const home = await oldHome()
    const rows = home.files('rows-')
    for (const name of home.files('manifest-')) flip(home, name)
    const later = home.host({ now: Date.now() + 3_600_000 })
    const found = await home.run({}, later)
    expect(outputsOf(found)).toEqual([102, 202, 203, 204])
    home.append('p/s2.jsonl', november(9))
    await home.run({}, later)
    expect(home.files('rows-')).toEqual(expect.arrayContaining(rows))
    expect(home.files('damaged-')).toHaveLength(2)
  })

  it('all at once', async () => {
    const home = await oldHome()
    for (const name of home.files('')) flip(home, name, 20)
    const found = await home.run()
    expect(outputsOf(found)).toEqual([102, 202, 203, 204])
    await expectSound(home, found)
  })

  it('any byte of any file: the live entries are right, and the next run is sound', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (which, at) => {
        const home = new IndexHome(false)
        try {
          home.write('p/s1.jsonl', title('s1') + october(2))
          home.write('p/s2.jsonl', november(2) + november(3).slice(0, -1))
          await home.run()
          const names = home.files('')
          flip(home, names[which % names.length]!, at)
          const found = await home.run()
          expect(outputsOf(found)).toEqual([102, 202, 203])
          await expectSound(home, found)
        } finally {
          home.remove()
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('a data folder that cannot be written', () => {
  it('for want of space, after any number of bytes', async () => {
    for (let room = 0; room < 9000; room += 450) {
      const home = await oldHome()
      home.append('p/s1.jsonl', october(5))
      const host = home.host()
      let left = room
      const write = (path: string, bytes: Uint8Array): void => {
        left -= bytes.length
        host.disk.write(path, left < 0 ? bytes.subarray(0, Math.max(0, bytes.length + left)) : bytes)
        if (left < 0) throw fault('ENOSPC')
      }
      const found = await home.run({}, failing(host, { write }))
      expect(outputsOf(found)).toEqual([101, 102, 105, 201, 202, 203, 204])
      expect(codesOf(found)['index-not-saved']).toBe(left < 0 ? 1 : undefined)
      expect(home.files('draft-')).toEqual([])
      expect(outputsOf(await home.run())).toEqual(outputsOf(found))
    }
  })

  it.each(['EROFS', 'EACCES', 'ENOSPC'])('at all: %s', async code => {
    const refuse = () => {
      throw fault(code)
    }
    const home = new IndexHome()
    home.write('p/s1.jsonl', october(1))
    const host = failing(home.host(), {
      write: refuse,
      create: refuse,
      makeFolder: refuse,
      link: refuse,
      rename: refuse,
    })
    for (const _again of [1, 2]) {
      const found = await home.run({}, host)
      expect([outputsOf(found), codesOf(found)]).toEqual([[101], { 'index-not-saved': 1 }])
    }
  })

  it('because it is a file', async () => {
    const home = new IndexHome()
    home.write('p/s1.jsonl', october(1))
    writeFileSync(home.data, '')
    const found = await home.run()
    expect([outputsOf(found), codesOf(found)]).toEqual([[101], { 'index-not-saved': 1 }])
  })

  it('or not even read', async () => {
    const home = await oldHome()
    const read = () => {
      throw fault('EIO')
    }
    const found = await home.run({}, failing(home.host(), { read }))
    expect(outputsOf(found)).toEqual([102, 202, 203, 204])
    expect(codesOf(found)['index-not-saved']).toBe(1)
  })

  it('with links', async () => {
    const home = new IndexHome()
    home.write('p/s1.jsonl', october(1))
    const link = () => {
      throw fault('EPERM')
    }
    await home.run({}, failing(home.host(), { link }))
    home.opened.length = 0
    expect(outputsOf(await home.run())).toEqual([101])
    expect(home.opened).toEqual([])
  })
})
