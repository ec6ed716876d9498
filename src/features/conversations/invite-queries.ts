import { only } from '../../kernel/only.ts'
import type { Role, RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface InviteRow {
  id: number
  code: string
  conversation_id: number
  role: RoomRole
  max_uses: number | null
  uses: number
  expires_at: Date | null
  created_at: Date
  created_by: number
  username: string
  display_name: string | null
  /** As they are now: null once they are no member, or no longer here. */
  creator_role: Role | null
  creator_room_role: RoomRole | null
}

const columns = (sql: Sql) => sql`
  i.id, i.code, i.conversation_id, i.role, i.max_uses, i.uses, i.expires_at, i.created_at, i.created_by, u.username, u.display_name,
  case when u.status = 'active' then u.role end as creator_role, m.role as creator_room_role`

const tables = (sql: Sql) => sql`
  invites i join users u on u.id = i.created_by left join members m on m.conversation_id = i.conversation_id and m.user_id = i.created_by`

const alive = (sql: Sql) => sql`i.revoked_at is null and (i.expires_at is null or i.expires_at > now())`
const unused = (sql: Sql) => sql`(i.max_uses is null or i.uses < i.max_uses)`

/** Neither revoked nor expired; its uses may have run out. */
export const inviteByCode = async (sql: Sql, code: string): Promise<InviteRow | undefined> => {
  const [row] = await sql<
    InviteRow[]
  >`select ${columns(sql)} from ${tables(sql)} where i.code = ${code} and ${alive(sql)}`
  return row
}

/** Those of a room that can be used, the newest first. */
export const invitesOf = (sql: Sql, conversation_id: number, before: number | undefined, limit: number) => sql<
  InviteRow[]
>`
  select ${columns(sql)} from ${tables(sql)}
  where i.conversation_id = ${conversation_id} and ${alive(sql)} and ${unused(sql)} and ${before === undefined ? sql`true` : sql`i.id < ${before}`}
  order by i.id desc limit ${limit}`

/** Whether a room has as many invites that can be used as it may have. The caller holds its lock. */
export const hasInvites = async (sql: Sql, conversation_id: number, most: number): Promise<boolean> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from (
      select from invites i where i.conversation_id = ${conversation_id} and ${alive(sql)} and ${unused(sql)} limit ${most}) usable`
  return only(rows).count >= most
}

export const insertInvite = async (
  sql: Sql,
  invite: {
    code: string
    conversation_id: number
    created_by: number
    role: RoomRole
    max_uses: number | null
    expires_in: number | null
  },
): Promise<InviteRow> => {
  await sql`
    insert into invites (code, conversation_id, created_by, role, max_uses, expires_at)
    values (${invite.code}, ${invite.conversation_id}, ${invite.created_by}, ${invite.role}, ${invite.max_uses},
      now() + make_interval(secs => ${invite.expires_in}::integer))`
  const row = await inviteByCode(sql, invite.code)
  if (row === undefined) throw new Error('expected the invite that was just made')
  return row
}

/** Uses an invite once more; no row when it cannot be used any more. The caller holds the lock of its room. */
export const takeInvite = async (sql: Sql, id: number): Promise<boolean> =>
  (await sql`update invites i set uses = uses + 1 where i.id = ${id} and ${alive(sql)} and ${unused(sql)} returning 1`)
    .length > 0

/** The invite that was still good, if it was. */
export const revokeInvite = async (sql: Sql, conversation_id: number, code: string): Promise<number | undefined> => {
  const [row] = await sql<{ id: number }[]>`
    update invites i set revoked_at = now() where i.conversation_id = ${conversation_id} and i.code = ${code} and ${alive(sql)} and ${unused(sql)} returning i.id`
  return row?.id
}
