import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface ChangedUser {
  id: number
  role: Role
  standing: 'active' | 'banned' | 'deleted'
}

export interface EndedSession {
  id: string
  user_id: number
  reason: string | null
}

/** Users as they are now, of whom something changed within the last `age_ms`, by the database's clock. */
export const changedUsers = (sql: Sql, age_ms: number, after_id: number, limit: number) => sql<ChangedUser[]>`
  with changed as materialized (
    select id, role, case
        when status = 'banned' and banned_until <= now() then 'active'
        else status
      end as standing
    from users where updated_at > now() - make_interval(secs => ${age_ms / 1000}::double precision)
  )
  select * from changed where id > ${after_id} order by id limit ${limit}`

export const endedSessions = (sql: Sql, age_ms: number, after_id: string, limit: number) => sql<EndedSession[]>`
  with ended as materialized (
    select id, user_id, revoked_reason as reason
    from sessions where revoked_at > now() - make_interval(secs => ${age_ms / 1000}::double precision)
  )
  select * from ended where id > ${after_id}::uuid order by id limit ${limit}`
