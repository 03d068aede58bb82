/** Locks that nobody holds, other writers, other versions, clocks that jump; and how little is opened. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { Disk } from '../../src/host/host.ts'
import { FORMAT, pack } from '../../src/store/container.ts'
import { Store } from '../../src/store/store.ts'
import { answerOf, codesOf, entriesOf } from '../support/index-home.ts'
import { expectSound, failing, namedFiles, november, october, oldHome, outputsOf } from '../support/old-home.ts'

describe('a lock', () => {
  const lockedRun = async (content: string, ageMs: number, disk: Partial<Disk> = {}) => {
    const home = await oldHome()
    home.append('p/s1.jsonl', october(5))
    const lock = join(home.index, 'lock')
    writeFileSync(lock, content)
    const at = (Date.now() - ageMs) / 1000
    utimesSync(lock, at, at)
    let waitedMs = 0
    const sleep = (ms: number) => {
      waitedMs += ms
    }
    const found = await home.run({}, failing({ ...home.host(), now: Date.now }, { sleep, ...disk }))
    expect(outputsOf(found)).toEqual([101, 102, 105, 201, 202, 203, 204])
    const isLeft = existsSync(lock)
    home.opened.length = 0
    expect(outputsOf(await home.run())).toEqual(outputsOf(found))
    return { waitedMs, isSaved: home.opened.length === 0, isLeft }
  }
  const taken = { waitedMs: 0, isSaved: true, isLeft: false }

  it('of a dead process is taken over', async () => {
    expect(await lockedRun('4194303 abc', 0, { isAlive: () => false })).toEqual(taken)
  })
  it('of an earlier process of the same number is taken over', async () => {
    expect(await lockedRun(`${process.pid} abc`, 0)).toEqual(taken)
  })
  it.each([3_600_000, -3_600_000])('that is %i ms old is taken over', async ageMs => {
    expect(await lockedRun('1 abc', ageMs, { isAlive: () => true })).toEqual(taken)
  })
  it('that broke off while it was written is taken over', async () => {
    expect(await lockedRun('', 3000)).toEqual(taken)
  })
  it('of a living process is waited for, but not for long', async () => {
    const { waitedMs, isLeft } = await lockedRun('1 abc', 0, { isAlive: () => true })
    expect([waitedMs >= 4000 && waitedMs <= 5100, isLeft]).toEqual([true, true])
  })
})

describe('another writer', () => {
  it('that takes the number first, though there was a lock, loses nothing and costs nothing', async () => {
    const home = await oldHome()
    home.append('p/s1.jsonl', october(5))
    const host = home.host()
    let others = 0
    const link: Disk['link'] = (from, to) => {
      if (others++ < 2) {
        const store = new Store(home.host(), new Diagnostics())
        const manifest = store.manifest()
        const states = store.states(manifest)
        expect(store.save(manifest, { manifest, months: new Set(), shards: [], states, notes: undefined })).toBe(true)
      }
      return host.disk.link(from, to)
    }
    const found = await home.run({}, failing(host, { link }))
    expect(others).toBe(3)
    expect(outputsOf(found)).toEqual([101, 102, 105, 201, 202, 203, 204])
    await expectSound(home, found)
  })

  it('that sweeps away what is just being read is followed', async () => {
    const home = await oldHome()
    const host = home.host()
    let isFirst = true
    const read: Disk['read'] = path => {
      if (isFirst && path.includes('rows-')) {
        isFirst = false
        const store = new Store(home.host(), new Diagnostics())
        for (let i = 0; i < 3; i++) {
          const manifest = store.manifest()
          const shards = manifest.shards.map(({ month, rows, file }) => ({
            month,
            rows,
            bytes: readFileSync(join(home.index, file)),
          }))
          const months = new Set(shards.map(shard => shard.month))
          store.save(manifest, {
            manifest,
            months,
            shards,
            states: store.states(manifest),
            notes: store.notes(manifest),
          })
        }
      }
      return host.disk.read(path)
    }
    const found = await home.run({}, failing(host, { read }))
    expect(isFirst).toBe(false)
    expect([outputsOf(found), codesOf(found)]).toEqual([[101, 102, 201, 202, 203, 204], { history: 2 }])
  })
})

it('a clock that jumps changes no answer', async () => {
  const home = await oldHome()
  for (const [n, now] of [0, 8e12, Date.UTC(1990, 0), Date.now()].entries()) {
    home.append('p/s1.jsonl', october(5 + n))
    const found = await home.run({}, home.host({ now }))
    expect(outputsOf(found)).toHaveLength(7 + n)
    await expectSound(home, found)
  }
})

describe('versions', () => {
  const raised = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const agent = agents.find(one => one.id === id)!
    const { version } = agent
    Object.assign(agent, { version: version + 1 })
    try {
      return await work()
    } finally {
      Object.assign(agent, { version })
    }
  }

  it('an agent’s newer reader reads its own logs again, once, and no history goes', async () => {
    const home = await oldHome()
    const other = join(home.home, '.codex/sessions/2026/11/01/rollout-1.jsonl')
    mkdirSync(join(other, '..'), { recursive: true })
    writeFileSync(other, '{}\n')
    home.write('p/s2.jsonl', november(2))
    const before = await home.run()
    expect(outputsOf(before)).toEqual([101, 102, 201, 202, 203, 204])
    home.opened.length = 0
    await raised('claude', async () => {
      expect(entriesOf(await home.run())).toEqual(entriesOf(before))
      expect([...new Set(home.opened)].sort()).toEqual([home.path('p/s1.jsonl'), home.path('p/s2.jsonl')])
      await expectSound(home, before)
    })
  })

  it('what a newer reader leaves out of a log was wrong, what went from the log is history', async () => {
    const home = await oldHome()
    home.write('p/s2.jsonl', november(8))
    await raised('claude', async () => {
      const found = await home.run()
      expect(outputsOf(found)).toEqual([101, 102, 201, 202, 203, 204, 208])
      expect(codesOf(found).history).toBe(5)
    })
  })

  it.each(['manifest', 'rows'])('a newer format of the %s is left alone', async kind => {
    const home = await oldHome()
    const names = namedFiles(home)
    const newer = pack({ unknown: true }, {}, FORMAT + 1)
    const name = kind === 'manifest' ? names.manifest : names.november
    writeFileSync(join(home.index, name), newer)
    const files = home.files('').sort()
    home.append('p/s1.jsonl', october(5))
    const found = await home.run()
    expect(outputsOf(found)).toEqual([102, 105, 202, 203, 204])
    expect(codesOf(found)).toEqual({ 'index-not-saved': 1 })
    expect(home.files('').sort()).toEqual(files)
    expect(readFileSync(join(home.index, name)).equals(newer)).toBe(true)
  })
})

describe('what is opened', () => {
  it('nothing where nothing changed, and one log where one has grown', async () => {
    const home = await oldHome()
    home.opened.length = 0
    await home.run()
    expect(home.opened).toEqual([])
    home.append('p/s1.jsonl', october(5))
    await home.run()
    expect([...new Set(home.opened)]).toEqual([home.path('p/s1.jsonl')])
  })

  it('a log that only was touched is read once more, and no more', async () => {
    const home = await oldHome()
    const before = await home.run()
    home.stamp('p/s1.jsonl')
    expect(answerOf(await home.run())).toEqual(answerOf(before))
    await expectSound(home, before)
  })

  it('a log that was copied with its times is known where it lies', async () => {
    const home = await oldHome()
    copyFileSync(home.path('p/s1.jsonl'), home.path('p/s1-copy.jsonl'))
    expect(outputsOf(await home.run())).toEqual([101, 102, 201, 202, 203, 204])
  })
})
