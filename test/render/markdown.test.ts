import { expect, it } from 'vitest'
import { reportMarkdown } from '../../src/render/markdown.ts'
import { agent, byProject, daily, nothing, periods, row, session, sessions, share, view } from './sample.ts'

it('is a table with right-aligned numbers and a bold total', () => {
  expect(
    reportMarkdown(
      periods([row('2026-03-01', [agent('ember', share('claude-opus-4-6', { input: 1_234, usd: 2 }))])]),
      view({ width: 40 }),
    ),
  ).toBe(
    [
      '**Ember usage by day · Europe/Berlin · API-equivalent cost, not a bill**',
      '',
      '| Date | Models | Input | Output | Cache create | Cache read | Total | Cost |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| 2026-03-01 | opus-4-6 | 1,234 | 0 | 0 | 0 | 1,234 | $2.00 |',
      '| **Total** |  | **1,234** | **0** | **0** | **0** | **1,234** | **$2.00** |',
      '',
    ].join('\n'),
  )
})

it('has as many cells in every line as in the header', () => {
  for (const report of [daily, byProject, nothing.daily, nothing.session, nothing.blocks]) {
    const table = reportMarkdown(report, view())
      .split('\n')
      .filter(line => line.startsWith('|'))
    expect(new Set(table.map(line => line.split('|').length)).size).toBe(1)
  }
})

it('disarms what the logs say', () => {
  const title = '<script>a|b</script> *x* [y](z) `c` \\| \u001b[2J__proto__'
  const text = reportMarkdown(sessions([session({ title, models: [share('m')] })]), view())
  expect(text).toContain('| &lt;script&gt;a\\|b&lt;/script&gt; \\*x\\* \\[y\\](z) \\`c\\` \\\\\\| \\_\\_proto\\_\\_ |')
  expect(text).not.toContain('<')
  expect(text).not.toContain('\u001b')
})
