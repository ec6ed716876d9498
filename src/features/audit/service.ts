import type { Audit } from '../../kernel/audit.ts'
import type { Log } from '../../kernel/log.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'

/** Who did what, to what, from where, and how it ended. */
export function createAudit({ sql, log }: { sql: Sql; log: Log }): Audit<Sql> {
  return {
    record: async (tx, entry) => {
      await queries.record(tx, entry)
    },
    refused: (entry) => {
      queries
        .record(sql, { ...entry, outcome: entry.outcome ?? 'denied' })
        .catch((error: unknown) => log.warn('A refusal could not be written down', { error }))
    },
  }
}
