import { UserError } from '../core/errors.ts'

/** A mistake on the command line itself: the door adds where to find the help. */
export class UsageError extends UserError {}
