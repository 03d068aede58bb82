/**
 * Ids of responses from before the time that is followed. A session that is resumed or forked copies them, in some agents with new times: without
 * their ids, weeks of old usage would look like usage of this minute.
 */

const SMALLEST = 1024
const HALF = 4294967296

/** One number for a message id and a request id (hashes of 53 bits). */
const pairOf = (message: number, request: number): number => {
  const low = Math.imul((message % HALF) ^ Math.imul(request % HALF, 2654435761), 2246822507)
  const high = Math.imul(Math.floor(message / HALF) + Math.floor(request / HALF) + low, 3266489909)
  return (high & 2097151) * HALF + (low >>> 0) || 1
}

export class OldIds {
  /** Grows with every id that was not known. */
  size = 0
  private slots = new Float64Array(SMALLEST)

  /** Hashes as tables of entries hold them; 0 is no id. */
  add(message: number, request: number): void {
    if (message === 0) return
    this.put(message)
    this.put(pairOf(message, request))
  }

  /**
   * Whether a row is a copy of something old: by both ids, or by its message's where either has no other, or where a sub-agent replays it
   * (see `responses` in dedupe.ts).
   */
  has(message: number, request: number, isSidechain: boolean): boolean {
    if (message === 0 || this.size === 0 || !this.holds(message)) return false
    return request === 0 || isSidechain || this.holds(pairOf(message, request)) || this.holds(pairOf(message, 0))
  }

  private holds(key: number): boolean {
    return this.slots[this.slotOf(key)] === key
  }

  private slotOf(key: number): number {
    const last = this.slots.length - 1
    let slot = (key % HALF) & last
    while (this.slots[slot] !== 0 && this.slots[slot] !== key) slot = (slot + 1) & last
    return slot
  }

  private put(key: number): void {
    const slot = this.slotOf(key)
    if (this.slots[slot] === key) return
    this.slots[slot] = key
    this.size++
    if (this.size * 2 > this.slots.length) this.grow()
  }

  private grow(): void {
    const old = this.slots
    this.slots = new Float64Array(old.length * 2)
    for (const key of old) if (key !== 0) this.slots[this.slotOf(key)] = key
  }
}
