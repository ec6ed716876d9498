import type { Sql } from '../../platform/db/index.ts'

/** The conversations of a user, each locked until the transaction ends; in id order, as everybody locks several. */
export const lockAll = async (sql: Sql, user_id: number): Promise<number[]> => {
  const rows = await sql<{ id: number }[]>`
    select c.id from conversations c where c.id in (select conversation_id from members where user_id = ${user_id}) order by c.id for no key update`
  return rows.map(({ id }) => id)
}

/** Rooms with other members of which the user is the only owner, `limit` at most. */
export const soleOwnerOf = async (sql: Sql, user_id: number, limit: number): Promise<number[]> => {
  const rows = await sql<{ id: number }[]>`
    select c.id from members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user_id} and m.role = 'owner' and c.deleted_at is null and c.member_count > 1
      and not exists (select from members o where o.conversation_id = c.id and o.role = 'owner' and o.user_id <> ${user_id})
    order by c.id limit ${limit}`
  return rows.map(({ id }) => id)
}

/** Nobody makes the user a member any more until the transaction ends. After the conversations' locks. */
export const lockUser = (sql: Sql, user_id: number) => sql`select from users where id = ${user_id} for no key update`

export interface LeftRow {
  id: number
  kind: string
  deleted: boolean
  /** Of a DM, the other person. */
  peer: number | null
}

/** Ends every membership. */
export const removeAll = (sql: Sql, user_id: number) => sql<LeftRow[]>`
  with removed as (delete from members where user_id = ${user_id} returning conversation_id)
  update conversations c set member_count = c.member_count - 1 from removed where c.id = removed.conversation_id
  returning c.id, c.kind, c.deleted_at is not null as deleted, case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end as peer`

/** What the user has made to let others in does so no more. */
export const revokeInvitesOf = (sql: Sql, user_id: number) => sql`
  update invites set revoked_at = now() where created_by = ${user_id} and revoked_at is null`
