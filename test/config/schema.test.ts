import { expect, it } from 'vitest'
import { configJsonSchema } from '../../src/config/schema.ts'
import { negativeKeyOf, optionTable } from '../../src/config/table.ts'

const propertyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined

/** The part of a JSON Schema at a path; its references are followed. */
const at = (root: unknown, ...path: readonly string[]): unknown => {
  let value: unknown = root
  for (const key of path) {
    value = propertyOf(value, key)
    for (;;) {
      const reference = propertyOf(value, '$ref') ?? propertyOf(propertyOf(propertyOf(value, 'allOf'), '0'), '$ref')
      if (typeof reference !== 'string') break
      value = reference.replace('#/', '').split('/').reduce(propertyOf, root)
    }
  }
  return value
}

const schema = configJsonSchema(['ember'])

it('is a closed draft 7 schema that editors can read', () => {
  expect(at(schema, '$schema')).toBe('http://json-schema.org/draft-07/schema#')
  expect(at(schema, 'additionalProperties')).toBe(false)
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
})

it('knows every key of the option table, and no other', () => {
  const keys = optionTable.filter(row => !row.isFlagOnly).flatMap(row => [row.key, negativeKeyOf(row) ?? row.key])
  const known = Object.keys(Object(at(schema, 'properties', 'defaults', 'properties')))
  expect(known.sort()).toEqual([...new Set([...keys, 'pricingOverrides'])].sort())
})

it('says what a value may be', () => {
  expect(at(schema, 'properties', 'defaults', 'properties', 'order', 'enum')).toEqual(['asc', 'desc'])
  expect(at(schema, 'properties', 'defaults', 'properties', 'breakdown', 'type')).toBe('boolean')
  expect(at(schema, 'properties', 'commands', 'properties', 'blocks', 'properties', 'active', 'type')).toBe('boolean')
  expect(at(schema, 'properties', 'commands', 'properties', 'daily', 'properties', 'active')).toBeUndefined()
})

it('has sections for the agents it is given', () => {
  expect(at(schema, 'properties', 'commands', 'properties', 'ember:daily', 'type')).toBe('object')
  expect(at(schema, 'properties', 'ember', 'properties', 'defaults', 'type')).toBe('object')
  expect(at(configJsonSchema(), 'properties', 'ember')).toBeUndefined()
})
