import { UserError } from '../kernel/user-error.ts'
import { loadConfig } from '../platform/config/index.ts'
import { migrate, migrationStatus, openDatabase } from '../platform/db/index.ts'
import { createLog, openOutput } from '../platform/log/index.ts'
import { UsageError, type Command } from './command.ts'
import { parseFlags } from './flags.ts'

export const command: Command = {
  name: 'migrate',
  usage: 'migrate [--status] [flags]',
  short: 'Bring the database up to this version, or show where it is.',
  long: `serve does the same at its start, unless database.migrate_on_start is false.

  --status  change nothing and list the migrations; exit code 1 when the database is not as this version wants it`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, { status: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError(`Usage: veza-chat ${command.usage}`)
    const { server, database } = loadConfig(source)
    const log = createLog({ level: 'warn', format: 'text', output: openOutput(2) })
    const opened = await openDatabase({ ...database, data_dir: server.data_dir, role: 'tool', max_connections: 2, log })
    try {
      const sql = opened.connect()
      return values.status === true ? await show(sql) : await apply(sql, log)
    } finally {
      await opened.close()
      await log.flush()
    }
  },
}

type Pool = Parameters<typeof migrate>[0]

async function apply(sql: Pool, log: Parameters<typeof migrate>[1]): Promise<number> {
  const applied = await migrate(sql, log)
  for (const name of applied) console.log(`applied  ${name}`)
  if (applied.length === 0) console.log('The database is up to date.')
  return 0
}

async function show(sql: Pool): Promise<number> {
  const states = await migrationStatus(sql)
  for (const { name, state, applied_at } of states) {
    console.log(`${state.padEnd(8)} ${name}${applied_at === null ? '' : `  ${applied_at.toISOString()}`}`)
  }
  const strange = states.find(({ state }) => state === 'changed' || state === 'unknown')
  if (strange) throw new UserError(`Migration ${strange.name} is ${strange.state} to this veza-chat.`)
  return states.some(({ state }) => state === 'pending') ? 1 : 0
}
