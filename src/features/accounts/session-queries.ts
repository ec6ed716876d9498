import type { Sql } from '../../platform/db/index.ts'

export interface ListedSession {
  id: string
  user_agent: string | null
  ip: string | null
  created_at: Date
  last_used_at: Date
  expires_at: Date
}

/** Sessions that can still be used; `unused_since` is when the last use of those that were left idle for too long was. */
interface Live {
  user_id: number
  now: Date
  unused_since: Date
}

const live = (sql: Sql, { user_id, now, unused_since }: Live) => sql`
  user_id = ${user_id} and revoked_at is null and expires_at > ${now} and last_used_at > ${unused_since}`

export const liveSessions = (sql: Sql, which: Live, limit: number) => sql<ListedSession[]>`
  select id, user_agent, host(ip) as ip, created_at, last_used_at, expires_at from sessions
  where ${live(sql, which)} order by last_used_at desc, created_at desc, id limit ${limit}`

/** Those that are too many beside the one just begun, the longest unused. */
export const excessSessions = (sql: Sql, which: Live, kept: { session_id: string; most: number }) => sql<
  { id: string }[]
>`
  select id from sessions where ${live(sql, which)} and id <> ${kept.session_id}
  order by last_used_at desc, created_at desc, id offset ${kept.most - 1}`

/** Never back in time, whichever server writes last. */
export const noteUses = (sql: Sql, uses: ReadonlyMap<string, Date>) => sql`
  update sessions s set last_used_at = u.at
  from unnest(${[...uses.keys()]}::uuid[], ${[...uses.values()].map((at) => at.toISOString())}::timestamptz[]) as u (id, at)
  where s.id = u.id and s.last_used_at < u.at and s.revoked_at is null`
