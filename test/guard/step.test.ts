import { describe, expect, it } from 'vitest'
import { nextStep, type StepFacts } from '../../src/guard/step.ts'

const rates = { input: 5e-6, output: 25e-6, cacheRead: 0.5e-6, cacheCreation: 6.25e-6 }
const cheap = { input: 1e-6, output: 5e-6, cacheRead: 0.1e-6, cacheCreation: 1.25e-6 }
const middle = { input: 3e-6, output: 15e-6, cacheRead: 0.3e-6, cacheCreation: 3.75e-6 }

const facts = (parts: Partial<StepFacts> = {}): StepFacts => ({
  context: 400_000,
  model: 'ember-large',
  rates,
  callUsd: 0.25,
  models: {},
  ...parts,
})

describe('the next step', () => {
  it('is a smaller context where that is what is paid for, with the cost of one call', () => {
    const step = nextStep(facts())
    expect(step).toMatchObject({ kind: 'context', context: 400_000 })
    expect(step?.kind === 'context' && step.usd).toBeCloseTo(0.2)
  })

  it('is nothing where the context is small and there is no other model, or nothing is known', () => {
    expect(nextStep(facts({ context: 25_000 }))).toBeUndefined()
    expect(nextStep(undefined)).toBeUndefined()
  })

  it('is the next cheaper model of the family where answers are what is paid for', () => {
    const models = { 'ember-small': cheap, 'ember-medium': middle, 'ember-large': rates, 'flint-medium': middle }
    const step = nextStep(facts({ context: 30_000, callUsd: 0.5, models }))
    expect(step).toMatchObject({ kind: 'model', model: 'ember-medium' })
    expect(step?.kind === 'model' && step.share).toBeCloseTo(0.4)
  })

  it('counts what a change of model costs first: the whole context anew', () => {
    const models = { 'ember-medium': middle }
    expect(nextStep(facts({ context: 30_000, callUsd: 0.01, models }))).toBeUndefined()
    expect(nextStep(facts({ models }))?.kind).toBe('context')
  })

  const tiers = [{ above: 200_000, rates: { input: 10e-6, output: 37.5e-6, cacheRead: 1e-6, cacheCreation: 12.5e-6 } }]
  const eachUsd = (parts: Partial<StepFacts>): number | undefined => {
    const step = nextStep(facts(parts))
    return step?.kind === 'context' ? step.usd : undefined
  }

  it('tells what a long prompt costs, all of it, and in fast mode', () => {
    expect(eachUsd({ rates: { ...rates, tiers } })).toBeCloseTo(0.4)
    expect(eachUsd({ rates: { ...rates, tiers }, context: 200_000 })).toBeCloseTo(0.1)
    expect(eachUsd({ rates: { ...rates, fast: 6 }, isFast: true })).toBeCloseTo(1.2)
    expect(eachUsd({ rates: { ...rates, fast: 6 } })).toBeCloseTo(0.2)
  })

  it('holds models against each other as they are charged', () => {
    const models = { 'ember-medium': middle }
    const parts = { context: 30_000, callUsd: 0.5, models, rates: { ...rates, fast: 6 }, isFast: true }
    const step = nextStep(facts(parts))
    expect(step?.kind === 'model' && step.share).toBeCloseTo(1 - 15 / 150)
  })

  it('does not name a model that costs about the same, nor a free one', () => {
    const models = { 'ember-other': { ...rates, output: 20e-6 }, 'ember-free': { ...cheap, output: 0 } }
    expect(nextStep(facts({ context: 30_000, callUsd: 9, models }))).toBeUndefined()
  })
})
