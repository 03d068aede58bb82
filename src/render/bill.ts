/** The itemised bill of a session: its context as a curve, turn by turn, sub-agents below, the items of one turn. */
import { usdOf } from '../core/money.ts'
import type { BillItem, BillThread, BillTurn, SessionBill } from '../core/why.ts'
import { costCell, totalCell } from './cells.ts'
import { clean, count, counted, duration, percent, short, shortUsd, usd } from './format.ts'
import { notesOf, withoutModels } from './notes.ts'
import { sparkline } from './spark.ts'
import { type Cell, type Column, drawTable, type Row, type Table } from './table.ts'
import { type Theme, theme } from './theme.ts'
import type { View } from './view.ts'
import { itemCells, itemColumns } from './why.ts'
import { usdCell } from './why-table.ts'
import { causeText, fineUsd, reasonText, shareOf } from './why-words.ts'
import { pad, wrap } from './width.ts'

export const renderBill = (bill: SessionBill, view: View): string => {
  const paint = theme(view.color)
  const draw = (table: Table): string[] => drawTable({ ...table, width: view.width, theme: paint })
  const notes = [
    ...basisNote(bill),
    ...notesOf(bill.totals, bill.models, withoutModels(bill.diagnostics), view),
  ].flatMap(note => wrap(note, view.width, '  '))
  const { title, facts } = head(bill, view)
  return [
    ...wrap(title, view.width).map(line => paint(line, 'accent')),
    ...facts.flatMap(line => wrap(line, view.width, '  ')),
    '',
    ...curve(bill, view, paint),
    ...causes(bill, view, paint),
    '',
    ...draw(turnTable(bill, view)),
    ...turnItems(bill, view, draw, paint),
    ...(notes.length > 0 ? ['', ...notes.map(note => paint(note, 'dim'))] : []),
  ].join('\n')
}

const head = (bill: SessionBill, view: View): { readonly title: string; readonly facts: string[] } => {
  const { firstAt, lastAt } = bill.totals
  const id = bill.session === undefined ? 'without an id' : clean(bill.session)
  const moment = (at: number): string => `${view.clock(at).day} ${view.clock(at).time.slice(0, 5)}`
  const facts = [
    ...(bill.title === undefined ? [] : [`session ${id}`]),
    view.agentName(bill.agent),
    ...(bill.project === undefined ? [] : [`project ${clean(bill.project)}`]),
    ...(bill.branch === undefined ? [] : [`branch ${clean(bill.branch)}`]),
  ]
  const turns = bill.main[0]?.turns.length ?? 0
  return {
    title: `Receipt: ${bill.title === undefined ? `session ${id}` : clean(bill.title)}`,
    facts: [
      facts.join(' · '),
      ...(Number.isFinite(firstAt)
        ? [`${moment(firstAt)} to ${moment(lastAt)} (${duration(lastAt - firstAt)}) · ${bill.timeZone}`]
        : []),
      `${counted(turns, 'turn', 'turns')} · ${counted(bill.totals.entries, 'call', 'calls')} · ${totalCell(bill.totals).full} tokens · ${costCell(bill.totals).full} API-equivalent`,
    ],
  }
}

const curve = ({ main }: SessionBill, view: View, paint: Theme): string[] => {
  const contexts = (main[0]?.turns ?? []).flatMap(turn => turn.calls.map(call => call.context))
  if (contexts.length === 0) return []
  const peak = contexts.reduce((most, one) => Math.max(most, one), 0)
  const room = (view.width ?? 100) - 8 - 15
  return [`Context ${paint(sparkline(contexts, room), 'accent')} peak ${short(peak)}`, '']
}

const causes = ({ costs, totals }: SessionBill, view: View, paint: Theme): string[] =>
  (['enter', 'carry', 'rewrite', 'output', 'extras'] as const)
    .filter(kind => usdOf(costs[kind]) > 0)
    .map(kind => {
      const lead = `${pad(kind, 8)} ${pad(usd(costs[kind]), 8, 'right')} ${pad(percent(shareOf(costs[kind], totals.cost)), 5, 'right')}  `
      return (view.width ?? 100) < 60 ? lead.trimEnd() : lead + paint(causeText(kind), 'dim')
    })

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })

const CURVE = 14

const turnTable = (bill: SessionBill, view: View): Table => {
  const [first] = bill.main
  const peak = bill.main
    .flatMap(thread => thread.turns)
    .flatMap(turn => turn.calls)
    .reduce((most, call) => Math.max(most, call.context), 0)
  const columns: Column[] = [
    { title: '#', align: 'right', kind: 'number' },
    { title: 'Time', align: 'left', kind: 'label', drop: 50 },
    { title: 'Prompt', align: 'left', kind: 'text', least: 14, fair: 30 },
    number('Calls', 40),
    { title: 'Context', align: 'left', kind: 'label', drop: 45 },
    number('Peak', 20),
    number('Enter', 30),
    number('Carry', 32),
    number('Rewrite', 22),
    number('Output', 33),
    number('Cost'),
  ]
  const rows = (first?.turns ?? []).flatMap(turn => turnRows(turn, peak, view))
  const others = bill.main.slice(1)
  return {
    columns,
    rows: [
      ...rows,
      ...(others.length > 0 ? [{ kind: 'line', text: 'not tied to a call', tone: 'dim' } satisfies Row] : []),
      ...others.flatMap(thread => threadRows(thread, peak, view, 0)),
    ],
    footer: [
      {
        kind: 'cells',
        tone: 'strong',
        cells: [
          { full: '' },
          { full: 'Total', short: '' },
          { full: '' },
          { full: count(bill.totals.entries) },
          { full: '' },
          { full: '' },
          usdCell(bill.costs.enter),
          usdCell(bill.costs.carry),
          usdCell(bill.costs.rewrite),
          usdCell(bill.costs.output),
          costCell(bill.totals),
        ],
      },
    ],
  }
}

const peakOf = (turns: readonly BillTurn[]): number =>
  turns.flatMap(turn => turn.calls).reduce((most, call) => Math.max(most, call.context), 0)

const costCells = (of: BillTurn | BillThread): Cell[] => [
  usdCell(of.enter),
  usdCell(of.carry),
  usdCell(of.rewrite),
  usdCell(of.output),
  { full: usd(of.cost), short: shortUsd(of.cost) },
]

const turnRows = (turn: BillTurn, peak: number, view: View): Row[] => [
  {
    kind: 'cells',
    cells: [
      { full: String(turn.number) },
      { full: view.clock(turn.at).time.slice(0, 5) },
      { full: turn.title === undefined ? '' : clean(turn.title) },
      { full: count(turn.calls.length) },
      {
        full: sparkline(
          turn.calls.map(call => call.context),
          CURVE,
          peak,
        ),
        tone: 'accent',
      },
      { full: short(peakOf([turn])) },
      ...costCells(turn),
    ],
  },
  ...turn.subagents.flatMap(thread => threadRows(thread, peak, view, 0)),
]

const threadRows = (thread: BillThread, peak: number, view: View, depth: number): Row[] => {
  const calls = thread.turns.flatMap(turn => turn.calls)
  const name = clean(thread.type ?? thread.subagent ?? 'another thread')
  return [
    {
      kind: 'cells',
      tone: 'dim',
      cells: [
        { full: '' },
        { full: calls[0] ? view.clock(calls[0].at).time.slice(0, 5) : '' },
        { full: `${'  '.repeat(depth)}└ ${name}` },
        { full: count(calls.length) },
        {
          full: sparkline(
            calls.map(call => call.context),
            CURVE,
            peak,
          ),
        },
        { full: short(peakOf(thread.turns)) },
        ...costCells(thread),
      ],
    },
    ...thread.turns.flatMap(turn => turn.subagents).flatMap(own => threadRows(own, peak, view, depth + 1)),
  ]
}

const MOST_ITEMS = 40
const MOST_MISSES = 5

const turnItems = (bill: SessionBill, view: View, draw: (table: Table) => string[], paint: Theme): string[] => {
  const turn = bill.main[0]?.turns.find(({ number }) => number === bill.turn)
  if (!turn) return []
  const spawned = (item: BillItem): Row[] =>
    item.spawned === undefined
      ? []
      : [
          {
            kind: 'line',
            tone: 'dim',
            text: `  └ ran ${clean(item.spawned.type ?? item.spawned.subagent ?? 'a sub-agent')} for ${usd(item.spawned.cost)}`,
          },
        ]
  const items = turn.items.slice(0, MOST_ITEMS)
  const left = turn.items.length - items.length
  const misses = turn.calls.filter(call => call.reason !== undefined && call.reason !== 'tail').slice(0, MOST_MISSES)
  return [
    '',
    ...wrap(`Turn ${turn.number}: what entered in it, and what it cost to the end of the session`, view.width).map(
      line => paint(line, 'strong'),
    ),
    ...draw({
      columns: itemColumns,
      rows: [
        ...items.flatMap((item): Row[] => [{ kind: 'cells', cells: itemCells(item, view) }, ...spawned(item)]),
        ...(left > 0
          ? [
              {
                kind: 'line',
                text: `and ${counted(left, 'more item', 'more items')}: --json has all`,
                tone: 'dim',
              } satisfies Row,
            ]
          : []),
      ],
      footer: [],
    }),
    ...misses.flatMap(call =>
      wrap(
        `Cache miss at ${view.clock(call.at).time.slice(0, 5)}: ${reasonText(call.reason ?? '')}; the call cost ${fineUsd(call.cost)}`,
        view.width,
        '  ',
      ),
    ),
  ]
}

const basisNote = ({ main }: SessionBill): string[] => {
  const [first] = main
  if (first?.basis === 'exact')
    return ['The log holds the requests: what was in the context is certain, sizes are estimated within exact sums.']
  if (first?.basis === 'inferred')
    return ['Sums are exact; how they are shared out is inferred from the sizes in the log.']
  return first ? ['The log shows no content: only what can be known of each call is shared out.'] : []
}
