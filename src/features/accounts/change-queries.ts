import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

type Fragment = ReturnType<Sql>

export interface ChangedUser {
  id: number
  role: Role
  standing: 'active' | 'banned' | 'deleted'
  has_second_factor: boolean
}

export interface EndedSession {
  id: string
  user_id: number
  reason: string | null
}

/** The upper end says to the planner, when it has no statistics or does not know the age yet, that these are few. */
const since = (sql: Sql, at: Fragment, age_ms: number) => sql`
  ${at} > now() - make_interval(secs => ${age_ms / 1000}::double precision) and ${at} <= 'infinity'`

/** Users as they are now, of whom something changed within the last `age_ms`, by the database's clock. */
export const changedUsers = (sql: Sql, age_ms: number, after_id: number, limit: number) => sql<ChangedUser[]>`
  with changed as materialized (
    select id, role, case
        when status = 'banned' and banned_until <= now() then 'active'
        else status
      end as standing,
      exists (select from second_factors f where f.user_id = users.id and f.confirmed_at is not null) as has_second_factor
    from users where ${since(sql, sql`updated_at`, age_ms)}
  )
  select * from changed where id > ${after_id} order by id limit ${limit}`

export const endedSessions = (sql: Sql, age_ms: number, after_id: string, limit: number) => sql<EndedSession[]>`
  with ended as materialized (
    select id, user_id, revoked_reason as reason
    from sessions where ${since(sql, sql`revoked_at`, age_ms)}
  )
  select * from ended where id > ${after_id}::uuid order by id limit ${limit}`
