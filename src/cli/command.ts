import { UserError } from '../kernel/user-error.ts'

/** One thing the program does. `run` takes the arguments after the name and returns the exit code. */
export interface Command {
  name: string
  /** After `veza-chat `, such as "user create <name> [flags]". */
  usage: string
  /** One line for the list of commands. */
  short: string
  /** Further lines for `veza-chat help <name>`. */
  long?: string
  run(args: string[]): Promise<number>
}

/** The command line makes no sense: exit code 2. */
export class UsageError extends UserError {
  override name = 'UsageError'
}
