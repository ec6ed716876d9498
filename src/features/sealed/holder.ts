import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'

/** How often a server has to say which keys it knows. */
export const announce_every_ms = 30_000

/** One running server, to whoever rotates keys. */
export function createKeyHolder({ sql, key_ids }: { sql: Sql; key_ids: readonly string[] }) {
  const server = crypto.randomUUID()
  return {
    announce: async (): Promise<void> => {
      await queries.announce(sql, server, key_ids)
    },
    withdraw: async (): Promise<void> => {
      await queries.withdraw(sql, server)
    },
  }
}
