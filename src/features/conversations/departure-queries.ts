import type { Sql } from '../../platform/db/index.ts'

/** The conversations of users, each locked until the transaction ends; in id order, as everybody locks several. */
export const lockAll = async (sql: Sql, user_ids: readonly number[]): Promise<number[]> => {
  const rows = await sql<{ id: number }[]>`
    select c.id from conversations c where c.id in (select conversation_id from members where user_id = any (${user_ids}::bigint[]))
    order by c.id for no key update`
  return rows.map(({ id }) => id)
}

/** Rooms with other members that have no other owner than these users, `limit` at most. */
export const soleOwnersOf = async (sql: Sql, user_ids: readonly number[], limit: number): Promise<number[]> => {
  const rows = await sql<{ id: number }[]>`
    select distinct c.id from members m join conversations c on c.id = m.conversation_id
    where m.user_id = any (${user_ids}::bigint[]) and m.role = 'owner' and c.deleted_at is null
      and c.member_count > (select count(*) from members l where l.conversation_id = c.id and l.user_id = any (${user_ids}::bigint[]))
      and not exists (select from members o where o.conversation_id = c.id and o.role = 'owner' and o.user_id <> all (${user_ids}::bigint[]))
    order by c.id limit ${limit}`
  return rows.map(({ id }) => id)
}

/** Nobody makes the users members any more until the transaction ends. After the conversations' locks. */
export const lockUsers = (sql: Sql, user_ids: readonly number[]) => sql`
  select from users where id = any (${user_ids}::bigint[]) order by id for no key update`

export interface LeftRow {
  id: number
  user_id: number
  kind: string
  deleted: boolean
  /** Of a DM, the other person. */
  peer: number | null
}

/** Ends every membership. */
export const removeAll = (sql: Sql, user_ids: readonly number[]) => sql<LeftRow[]>`
  with removed as (delete from members where user_id = any (${user_ids}::bigint[]) returning conversation_id, user_id),
  counted as (
    update conversations c set member_count = c.member_count - r.count
    from (select conversation_id, count(*) as count from removed group by conversation_id) r where c.id = r.conversation_id
    returning c.id, c.kind, c.deleted_at is not null as deleted, c.dm_low, c.dm_high
  )
  select c.id, r.user_id, c.kind, c.deleted, case when c.dm_low = r.user_id then c.dm_high else c.dm_low end as peer
  from removed r join counted c on c.id = r.conversation_id order by c.id, r.user_id`

/** What the users have made to let others in does so no more. */
export const revokeInvitesOf = (sql: Sql, user_ids: readonly number[]) => sql`
  update invites set revoked_at = now() where created_by = any (${user_ids}::bigint[]) and revoked_at is null`
