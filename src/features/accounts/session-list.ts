import type { Actor } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import { deviceOf } from './device.ts'
import { liveSessions } from './session-queries.ts'
import type { SessionList } from './session-schema.ts'
import type { createSessions } from './sessions.ts'

interface SessionListParts {
  sql: Sql
  clock: Clock
  sessions: Pick<ReturnType<typeof createSessions>, 'end' | 'unusedSince' | 'uses'>
}

const most_listed = 200

/** Where somebody is signed in, for them alone. */
export function createSessionList({ sql, clock, sessions }: SessionListParts) {
  const of = async (actor: Actor, limit: number) => {
    // What was noted within the last second is part of the answer.
    await sessions.uses.flush()
    return liveSessions(sql, { user_id: actor.id, now: clock.now(), unused_since: sessions.unusedSince() }, limit)
  }

  return {
    list: async (actor: Actor): Promise<SessionList> => ({
      sessions: (await of(actor, most_listed)).map((row) => ({
        id: row.id,
        device: deviceOf(row.user_agent),
        user_agent: row.user_agent,
        ip: row.ip,
        created_at: row.created_at.toISOString(),
        last_used_at: row.last_used_at.toISOString(),
        expires_at: row.expires_at.toISOString(),
        is_current: row.id === actor.session_id,
      })),
    }),

    /** Throws NOT_FOUND for what is no session of theirs, or is over. */
    end: async (actor: Actor, session_id: string): Promise<void> => {
      const ended = await sessions.end(actor.id, { session_ids: [session_id] }, 'logout', actor)
      if (ended === 0) throw new AppError('NOT_FOUND')
    },
  }
}
