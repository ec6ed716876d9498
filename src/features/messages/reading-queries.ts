import type { RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { MessageRow } from './message.ts'
import { columns } from './queries.ts'

/** A message with what decides whether somebody may see it. */
export interface SeenRow extends MessageRow {
  is_public: boolean
  /** Of the one who asks; null for outsiders. */
  role: RoomRole | null
}

export const messageSeenBy = async (sql: Sql, user_id: number, message_id: number): Promise<SeenRow | undefined> => {
  const [row] = await sql<SeenRow[]>`
    select ${columns(sql)}, c.is_public, own.role
    from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id and c.deleted_at is null
    left join members own on own.conversation_id = m.conversation_id and own.user_id = ${user_id}
    where m.id = ${message_id} and (m.expires_at is null or m.expires_at > now())`
  return row
}

export interface EditRow {
  edit_number: number
  content: string
  edited_by: number
  username: string
  reason: string | null
  edited_at: Date
}

/** What a message said before each of its edits with a number below `below`, the latest first; nothing of one that is gone by now. */
export const editsBelow = (sql: Sql, message_id: number, below: number, limit: number) => sql<EditRow[]>`
  select e.edit_number, e.content, e.edited_by, u.username, e.reason, e.edited_at
  from (
    select * from message_edits e
    where (e.message_id, e.edit_number) > (${message_id}, 0) and (e.message_id, e.edit_number) < (${message_id}, ${below})
    order by e.message_id desc, e.edit_number desc limit ${limit}
  ) e join users u on u.id = e.edited_by
  join messages m on m.id = e.message_id and m.deleted_at is null and (m.expires_at is null or m.expires_at > now())
  order by e.edit_number desc`
