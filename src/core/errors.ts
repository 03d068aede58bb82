/** The user's mistake: one line that says what is wrong and how to mend it; the door prints it and exits with 2. */
export class UserError extends Error {
  override readonly name = 'UserError'
}
