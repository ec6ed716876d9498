/** A failure the operator can put right: its message is one sentence that says what to do, and it is shown without a stack trace. */
export class UserError extends Error {
  override name = 'UserError'
}
