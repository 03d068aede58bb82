import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDue } from '../../src/statusline/due.ts'
import { entryOf, readSnapshot } from '../../src/statusline/snapshot.ts'
import { AGENT, HOUR, MINUTE, MODEL, NOW, reading, snapshot } from './facts.ts'

const whole = snapshot({ limits: [reading({ session: 's1', plan: 'max' })] })

describe('the file of figures', () => {
  it('is read as it was written', () =>
    expect(readSnapshot(JSON.stringify(whole))).toEqual(JSON.parse(JSON.stringify(whole))))

  it.each(['', '{', 'null', '[]', '{"status":1}', JSON.stringify({ ...whole, status: 1 })])('%j is none', text =>
    expect(readSnapshot(text)).toBeUndefined(),
  )

  it('of which any part is missing or of another type is none', () => {
    const fields = Object.keys(whole)
    const odd = fc.constantFrom(null, 'x', true, [null], { x: null }, [[]], { [AGENT]: 'x' }, [{ at: 1 }])
    fc.assert(
      fc.property(fc.constantFrom(...fields), odd, (field, value) => {
        const text = JSON.stringify({ ...whole, [field]: value })
        const isText = typeof value === 'string' && ['version', 'timeZone'].includes(field)
        expect(readSnapshot(text) === undefined).toBe(!isText)
        expect(readSnapshot(JSON.stringify({ ...whole, [field]: undefined }))).toBeUndefined()
      }),
    )
  })

  it.each([
    ['tiers', [{ above: 1 }]],
    ['tiers', undefined],
    ['fast', '6'],
    ['longCache', null],
  ])('of which a model’s %s is %j is none', (name, value) => {
    const models = { [MODEL]: { ...whole.models[MODEL], [name]: value } }
    expect(readSnapshot(JSON.stringify({ ...whole, models }))).toBeUndefined()
  })

  it('has a limit of tokens, the most there was, or none', () => {
    const read = (tokenLimit: unknown) =>
      readSnapshot(JSON.stringify({ ...whole, view: { ...whole.view, tokenLimit } }))?.view.tokenLimit
    expect([read(500_000), read('max')]).toEqual([500_000, 'max'])
    expect(readSnapshot(JSON.stringify({ ...whole, view: { ...whole.view, tokenLimit: 'min' } }))).toBeUndefined()
  })

  it('has no entries that objects have by nature', () => {
    expect(entryOf(whole.sessions, 's1')).toBeDefined()
    expect(entryOf(whole.sessions, 'toString')).toBeUndefined()
    expect(entryOf(whole.sessions, undefined)).toBeUndefined()
    expect(entryOf(undefined, 's1')).toBeUndefined()
  })
})

describe('a refresh is due', () => {
  const due = (parts: Partial<Parameters<typeof isDue>[0]> = {}) =>
    isDue({ snapshot: snapshot(), now: NOW, version: '1.0.0', intervalSeconds: 10, modelId: MODEL, ...parts })

  it('when there are no figures, or old ones', () => {
    expect(due()).toBe(false)
    expect(due({ snapshot: undefined })).toBe(true)
    expect(due({ snapshot: snapshot({ at: NOW - 10_000 }) })).toBe(false)
    expect(due({ snapshot: snapshot({ at: NOW - 10_001 }) })).toBe(true)
    expect(due({ snapshot: snapshot({ at: NOW - 30_000 }), intervalSeconds: 60 })).toBe(false)
  })

  it('the later, the longer it takes', () => {
    expect(due({ snapshot: snapshot({ at: NOW - 99_000, tookMs: 5000 }) })).toBe(false)
    expect(due({ snapshot: snapshot({ at: NOW - 101_000, tookMs: 5000 }) })).toBe(true)
  })

  it('sooner where the day, the version or the model is another, but not at once', () => {
    const slow = { at: NOW - 30_000, tookMs: 5000 }
    expect(due({ snapshot: snapshot(slow), modelId: undefined })).toBe(false)
    expect(due({ snapshot: snapshot(slow), modelId: 'another' })).toBe(true)
    expect(due({ snapshot: snapshot(slow), version: '1.0.1' })).toBe(true)
    expect(due({ snapshot: snapshot({ at: NOW - 5000 }), version: '1.0.1' })).toBe(false)
    expect(due({ snapshot: snapshot({ at: NOW - 5000, dayEndAt: NOW }) })).toBe(true)
    expect(due({ snapshot: snapshot({ at: NOW - 500, dayEndAt: NOW }) })).toBe(false)
  })

  it('no sooner for a model that was looked up and has no price', () => {
    const slow = { at: NOW - 30_000, tookMs: 5000, unpricedModels: ['another'] }
    expect(due({ snapshot: snapshot(slow), modelId: 'another' })).toBe(false)
    expect(due({ snapshot: snapshot(slow), modelId: 'another[1m]' })).toBe(false)
    expect(due({ snapshot: snapshot(slow), modelId: 'a third' })).toBe(true)
  })

  it('when the clock was set back', () => {
    expect(due({ snapshot: snapshot({ at: NOW + HOUR }) })).toBe(true)
    expect(due({ snapshot: snapshot({ at: NOW + MINUTE / 2 }) })).toBe(false)
  })
})
