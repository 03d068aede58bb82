/** session --receipt: the itemised bill of one session. */
import type { Options } from '../config/options.ts'
import { isFault } from '../core/diagnostic.ts'
import { UserError } from '../core/errors.ts'
import type { SessionBill } from '../core/why.ts'
import type { Host } from '../host/host.ts'
import { sessionOf } from '../load.ts'
import type { LoadedReceipt } from '../load-receipt.ts'
import { billPart } from '../receipt/bill.ts'
import { factsOf, jsonText, readWithBar, receiptOptions, shownDiagnostics, viewOf } from './receipt-facts.ts'
import { print, refuseLists } from './terminal.ts'

/** Prints the bill; 0, or 1 under `--strict` when anything in the data was odd. */
export const runBill = async (host: Host, options: Options): Promise<number> => {
  const { id } = options
  if (id === undefined)
    throw new UserError("A receipt is of one session. Give its id, as in 'tokusage session 3f2a --receipt'.")
  refuseLists(options, 'A receipt')
  const read = await readWithBar(host, receiptOptions(options, 'A receipt'), id)
  const bill = billOf(read, id)
  const view = viewOf(options)
  if (options.format === 'json') {
    const { billJson } = await import('../render/bill-json.ts')
    print(await jsonText(billJson(bill, view), options))
  } else print((await import('../render/bill.ts')).renderBill(bill, view))
  return options.strict && read.loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Throws a UserError when no session, or more than one, begins with `id`, and when it has no such turn. */
export const billOf = (read: LoadedReceipt, id: string): SessionBill => {
  const { loaded, isInRange } = read
  const { turn } = loaded.options
  const { row } = sessionOf(loaded, id)
  const threads = read.receipt.threads.filter(({ agent, session }) => agent === row.agent && session === row.session)
  const receipt = { ...read.receipt, threads }
  const facts = factsOf({ ...read, receipt })
  const { names, projectName } = facts
  const part = billPart(receipt, { facts, isMeant: isInRange, turn })
  const turns = part.main[0]?.turns ?? []
  if (turn !== undefined && !turns.some(({ number }) => number === turn))
    throw new UserError(`The session has no turn ${turn}. It has ${turns.length}; --receipt without --turn lists them.`)
  const path = row.project?.path
  return {
    kind: 'bill',
    agent: row.agent,
    session: row.session === undefined ? undefined : names.of('session', row.session),
    title: names.title(row.title),
    project: path === undefined ? undefined : names.isPrivate ? names.of('project', path) : projectName(path),
    branch: row.branch === undefined ? undefined : names.of('branch', row.branch),
    totals: row.summary,
    models: row.models.map(share => ({
      ...share,
      model: share.model === undefined ? undefined : names.of('model', share.model),
    })),
    ...part,
    diagnostics: shownDiagnostics(loaded.diagnostics, names),
    timeZone: loaded.options.timeZone,
  }
}
