import type { Role } from '../../kernel/permissions.ts'
import { within } from '../../kernel/within.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './change-queries.ts'
import type { Standing } from './sessions.ts'

export interface AccountChanges {
  /**
   * Reads what changed since the last time and tells it. What changed lately is told again each time, so whoever is told must take it as what is so
   * now. To be called every second or so; never two at once. Rejects when the database does not answer.
   */
  poll(): Promise<void>
}

export interface AccountChangesOptions {
  sql: Sql
  /** Whether anybody is there to be told; nothing is read while nobody is. */
  isWatched(): boolean
  onRole(user_id: number, role: Role): void
  /** Whether somebody has to turn on a second factor before anything else. */
  isConfined(user: Standing): boolean
  /** `reason` is `banned`, `second_factor` or another word. */
  onEnd(end: { user_id: number; session_ids: string[] | 'all'; reason: string }): void
}

/** Covers commits that take their time, and sockets that were being opened while something changed. */
const look_back_ms = 10_000
const page = 1_000
const page_timeout_ms = 10_000
const first_uuid = '00000000-0000-0000-0000-000000000000'

/** Follows roles, bans and the ends of sessions through the database, whoever changes them. */
export function createAccountChanges({
  sql,
  isWatched,
  isConfined,
  onRole,
  onEnd,
}: AccountChangesOptions): AccountChanges {
  let polling = false
  /** Milliseconds of `performance.now()`: everything before it has been told. The database keeps the time, this only how much of it passed. */
  let told: number | null = null

  async function users(age_ms: number): Promise<void> {
    for (let after = 0; ;) {
      const rows = await within(page_timeout_ms, queries.changedUsers(sql, age_ms, after, page))
      for (const { id, role, standing, has_password, has_second_factor } of rows) {
        if (standing === 'active' && isConfined({ role, has_password, has_second_factor }))
          onEnd({ user_id: id, session_ids: 'all', reason: 'second_factor' })
        else if (standing === 'active') onRole(id, role)
        else onEnd({ user_id: id, session_ids: 'all', reason: standing })
      }
      if (rows.length < page) return
      after = rows.at(-1)?.id ?? after
    }
  }

  async function sessions(age_ms: number): Promise<void> {
    for (let after = first_uuid; ;) {
      const rows = await within(page_timeout_ms, queries.endedSessions(sql, age_ms, after, page))
      for (const { id, user_id, reason } of rows) onEnd({ user_id, session_ids: [id], reason: reason ?? 'ended' })
      if (rows.length < page) return
      after = rows.at(-1)?.id ?? after
    }
  }

  async function read(): Promise<void> {
    const began = performance.now()
    told ??= began
    const age_ms = began - told + look_back_ms
    // A ban says more than the end of a session.
    await users(age_ms)
    await sessions(age_ms)
    told = began
  }

  return {
    poll: async () => {
      if (polling) return
      if (!isWatched()) {
        told = null
        return
      }
      polling = true
      await read().finally(() => {
        polling = false
      })
    },
  }
}
