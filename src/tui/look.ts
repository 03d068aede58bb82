/** What frames are drawn for, beside the data: the screen's size, names, clock, colour and the limits per minute that the user gave. */
import type { View } from '../render/view.ts'

/** Of the terminal, in cells. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** `clock` gives `HH:MM:SS`. */
export interface Look extends Pick<View, 'color' | 'noCost' | 'clock' | 'agentName'> {
  /** What `--rpm` and `--tpm` say is allowed. */
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
}
