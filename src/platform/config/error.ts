import { UserError } from '../../kernel/user-error.ts'

/** The configuration cannot be used. `problems` has one sentence for each thing that is wrong; the message is the first. */
export class ConfigError extends UserError {
  override name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problem: string, ...others: string[]) {
    super(others.length === 0 ? problem : `${problem} (${others.length} more: see veza-chat config check.)`)
    this.problems = [problem, ...others]
  }
}
