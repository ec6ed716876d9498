import { createEvents } from '../kernel/events.ts'
import { systemClock } from '../kernel/clock.ts'
import { createIdentity } from '../app/identity.ts'
import type { Accounts } from '../features/accounts/index.ts'
import { type AuditTrail, createAudit } from '../features/audit/index.ts'
import { type Config, type ConfigSource, loadConfig, resolveSecrets } from '../platform/config/index.ts'
import { migrate, openDatabase, type Sql } from '../platform/db/index.ts'
import { createLimits } from '../platform/limits/index.ts'
import { createLog, openOutput } from '../platform/log/index.ts'

export interface Tool {
  config: Config
  sql: Sql
  accounts: Accounts
  audit: AuditTrail
}

/**
 * Runs a command against the configured database: the running server's, or one that is up for the command alone.
 * It is migrated first, so that a command may come before the first start.
 */
export async function withDatabase<T>(source: ConfigSource, run: (tool: Tool) => Promise<T>): Promise<T> {
  const config = resolveSecrets(loadConfig(source))
  const { security, database } = config
  const log = createLog({ level: 'warn', format: 'text', output: openOutput(2) })
  const opened = await openDatabase({
    ...database,
    data_dir: config.server.data_dir,
    role: 'tool',
    max_connections: 2,
    log,
  })
  try {
    const sql = opened.connect()
    if (database.migrate_on_start) await migrate(sql, log)
    const audit = createAudit({ sql, log })
    const { accounts } = createIdentity({
      sql,
      audit,
      events: createEvents(),
      clock: systemClock,
      log,
      limits: createLimits(),
      settings: security,
    })
    return await run({ config, sql, accounts, audit })
  } finally {
    await opened.close()
    await log.flush()
  }
}
