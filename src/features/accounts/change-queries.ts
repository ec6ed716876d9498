import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

type Fragment = ReturnType<Sql>

export interface ChangedUser {
  id: number
  role: Role
  standing: 'active' | 'banned' | 'deleted'
  has_password: boolean
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
    select id, role, status, banned_until, password_hash is not null as has_password, owner_id from users where ${since(sql, sql`updated_at`, age_ms)}
  ),
  -- Bots are there as long as their owners may be. Each look-up stands alone, so that a plan without statistics takes its index all the same.
  concerned as (
    select * from changed
    union
    select b.* from changed c cross join lateral (
      select id, role, status, banned_until, password_hash is not null, owner_id from users where owner_id = c.id offset 0) b
  )
  select u.id, u.role, case
      when 'deleted' in (u.status, o.status) then 'deleted'
      when u.status = 'banned' and (u.banned_until is null or u.banned_until > now()) then 'banned'
      when o.status = 'banned' and (o.banned_until is null or o.banned_until > now()) then 'banned'
      else 'active'
    end as standing, u.has_password,
    exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as has_second_factor
  from concerned u left join lateral (select status, banned_until from users where id = u.owner_id offset 0) o on true
  where u.id > ${after_id} order by u.id limit ${limit}`

export const endedSessions = (sql: Sql, age_ms: number, after_id: string, limit: number) => sql<EndedSession[]>`
  with ended as materialized (
    select id, user_id, revoked_reason as reason
    from sessions where ${since(sql, sql`revoked_at`, age_ms)}
    union all
    select id, user_id, 'key' from api_keys where ${since(sql, sql`revoked_at`, age_ms)}
  )
  select * from ended where id > ${after_id}::uuid order by id limit ${limit}`
