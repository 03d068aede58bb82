/** Something odd in the data: counted and shown, never thrown. `render/diagnostic.ts` makes the sentence. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly args: Readonly<Record<string, string | number>>
  readonly count: number
}

export type DiagnosticCode =
  | 'bad-line' // a line that is no JSON object
  | 'torn-line' // a last line without its end
  | 'unknown-record' // a record that should hold usage, in an unknown shape
  | 'bad-number' // a count that is negative, fractional or absurd
  | 'no-timestamp' // a response without a readable time
  | 'line-too-long'
  | 'unreadable' // a file or folder that could not be opened
  | 'missing-root' // a root named by a variable that is not there
  | 'unpriced-model'
  | 'prices-not-refreshed'
  | 'bad-price-cache'
  | 'index-damaged' // a file of the index that is not what was written; it was put aside
  | 'index-not-saved'
  | 'history' // entries that no log holds any more; not a fault

/** Whether something is odd about it, and not just worth knowing. */
export const isFault = ({ code }: Diagnostic): boolean => code !== 'history'

/** Collects diagnostics; the same code and args are counted, not repeated. */
export class Diagnostics {
  private readonly seen = new Map<string, { code: DiagnosticCode; args: Diagnostic['args']; count: number }>()

  add(code: DiagnosticCode, args: Diagnostic['args'] = {}, count = 1): void {
    const key = `${code}\0${JSON.stringify(args)}`
    const known = this.seen.get(key)
    if (known) known.count += count
    else this.seen.set(key, { code, args, count })
  }

  addAll(list: Iterable<Diagnostic>): void {
    for (const d of list) this.add(d.code, d.args, d.count)
  }

  /** All of them, in an order that does not depend on the order of adding. */
  list(): Diagnostic[] {
    return [...this.seen].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, d]) => d)
  }
}
