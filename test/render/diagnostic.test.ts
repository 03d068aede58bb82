import { expect, it } from 'vitest'
import type { Diagnostic, DiagnosticCode } from '../../src/core/diagnostic.ts'
import { diagnosticsLine, diagnosticText } from '../../src/render/diagnostic.ts'
import { badLines } from './sample.ts'

const diagnostic = (code: DiagnosticCode, args: Diagnostic['args'] = {}, count = 1): Diagnostic => ({
  code,
  args,
  count,
})

it.each([
  [
    diagnostic('bad-line', { path: '/a.jsonl', lines: '7' }),
    '1 line in /a.jsonl:7 could not be read as JSON and was skipped.',
  ],
  [diagnostic('bad-line', {}, 1_200), '1,200 lines could not be read as JSON and were skipped.'],
  [diagnostic('torn-line', { path: '/a' }), '1 last line in /a broke off before the end.'],
  [diagnostic('unknown-record', { path: '/a' }, 2), '2 records in /a should hold usage but have an unknown shape.'],
  [diagnostic('bad-number', { path: '/a' }), '1 count in /a is negative, fractional or absurd and not counted.'],
  [diagnostic('no-timestamp', {}, 2), '2 responses without a readable time are not counted.'],
  [diagnostic('line-too-long', { path: '/a' }), '1 line in /a is too long to read.'],
  [diagnostic('unreadable', { path: '/a', reason: 'EACCES' }), '/a could not be opened (EACCES).'],
  [diagnostic('missing-root', { path: '/gone', variable: 'EMBER_HOME' }), '/gone, named by EMBER_HOME, is not there.'],
  [diagnostic('unpriced-model', { model: 'x' }, 3), 'No price is known for x: its 3 responses cost more than shown.'],
  [
    diagnostic('prices-not-refreshed', { reason: 'timeout' }),
    'The price table could not be refreshed; the one at hand was used (timeout).',
  ],
  [diagnostic('bad-price-cache'), 'The cached price table could not be read and was ignored.'],
])('%o', (d, text) => expect(diagnosticText(d)).toBe(text))

it('says nothing that a terminal acts upon', () => {
  expect(diagnosticText(diagnostic('unreadable', { path: '/a\u001b[2J\nb' }))).toBe('/a b could not be opened.')
})

it('sums up in one line', () => {
  expect(diagnosticsLine([])).toBe('')
  expect(diagnosticsLine(badLines)).toBe('3 lines could not be read, 1 root missing · tokusage doctor')
})

it('adds lines of all reasons, but counts each unpriced model once', () => {
  const list = [
    diagnostic('torn-line', { path: '/a' }),
    diagnostic('bad-line', { path: '/b' }, 2),
    diagnostic('unpriced-model', { model: 'x' }, 900),
    diagnostic('unpriced-model', { model: 'y' }, 80),
  ]
  expect(diagnosticsLine(list)).toBe('3 lines could not be read, 2 models unpriced · tokusage doctor')
})
