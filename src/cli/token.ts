import { readDuration } from '../platform/config/units.ts'
import { type Command, UsageError } from './command.ts'
import { withDatabase } from './database.ts'
import { parseFlags } from './flags.ts'
import { explain } from './user.ts'

export const command: Command = {
  name: 'token',
  usage: 'token create <name> [--ttl 1h] [flags]',
  short: 'Print an access token of a new session of a user.',
  long: `
  create <name>            the token alone goes to standard output
    --ttl DURATION         how long it is good, such as 30m or 7d; default: security.jwt_access_duration

The token belongs to a session of its own, which ends with the user's other sessions.`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, { ttl: { type: 'string' } })
    const [action, name, extra] = positionals
    if (action !== 'create' || name === undefined || extra !== undefined)
      throw new UsageError(`Usage: veza-chat ${command.usage}`)
    const life_ms = values.ttl === undefined ? undefined : durationOf(values.ttl)
    const { access_token } = await withDatabase(source, ({ accounts }) =>
      accounts.signInAs(name, life_ms).catch(explain(name)),
    )
    console.log(access_token)
    return 0
  },
}

function durationOf(text: string): number {
  const ms = readDuration(text)
  if (ms === undefined || ms < 1000)
    throw new UsageError(`--ttl takes a duration of a second or more, such as 30m or 7d, not "${text}".`)
  return ms
}
