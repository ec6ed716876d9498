import type { Sql } from '../../platform/db/index.ts'
import type { MessageRow } from './message.ts'
import { called, content, fate, reactions } from './queries.ts'

const uuid_length = 36
const zero = '0'.charCodeAt(0)
const space = ' '.charCodeAt(0)

/**
 * `columns` for hundreds of messages of one conversation, in few values: each costs the database and the driver some 200 ns, whatever it is. What is always there comes as one
 * text, facts first, the last of them whom it called, which few did, and the content in the lines after them; what is the same as another or seldom there comes as null, which costs nothing. `unpack` reads it.
 * Times are cut to milliseconds, as the driver does; none is before 1970, as each is when the database wrote it.
 */
export const packedColumns = (sql: Sql) => sql`
  concat(m.uuid, ' ', concat_ws(' ', m.id, m.author_id, m.seq, m.change_seq, m.number, coalesce(m.parent_id, 0), m.thread_count, m.edit_count,
    floor(date_part('epoch', m.created_at) * 1000 + 0.0005)::bigint, ${called(sql)}), E'\n', ${content(sql)}) as packed,
  u.username, m.client_id, nullif(m.content_type, 'text') as content_type, nullif(m.mentions, '{}') as mentions, nullif(m.updated_at, m.created_at) as updated_at,
  ${fate(sql)}, ${reactions(sql)}`

/** As a message's own columns, but for what is in the text, and null for what is usual. */
export interface PackedRow extends Omit<MessageRow, PackedName | UsualName | 'conversation_id' | 'room_name'> {
  packed: string
  /** Null is text. */
  content_type: string | null
  /** Null is nobody. */
  mentions: readonly number[] | null
  /** Null is when it was created. */
  updated_at: Date | null
}
type PackedName = 'id' | 'uuid' | 'author_id' | 'seq' | 'change_seq' | 'number' | 'parent_id' | 'thread_count' | 'edit_count' | 'created_at' | 'called' | 'content' // prettier-ignore
type UsualName = 'content_type' | 'mentions' | 'updated_at'

/** The message of a packed row. Written out, as it runs for hundreds at once: to split the text takes three times as long. */
export function unpack(
  row: PackedRow,
  { id: conversation_id, name: room_name }: { id: number; name: string | null },
): MessageRow {
  const { packed } = row
  let at = uuid_length + 1
  /** The whole number that is next, and past what ends it. */
  const next = () => {
    let number = 0
    for (;;) {
      const digit = packed.charCodeAt(at++) - zero
      // A space, the end of the line, or of the text.
      if (!(digit >= 0)) return number
      number = number * 10 + digit
    }
  }
  const id = next()
  const author_id = next()
  const seq = next()
  const change_seq = next()
  const number = next()
  const parent_id = next() || null
  const thread_count = next()
  const edit_count = next()
  const created_at = new Date(next())
  let called: MessageRow['called'] = null
  if (packed.charCodeAt(at - 1) === space) {
    called = packed.startsWith('room', at) ? 'room' : 'here'
    at += called.length + 1
  }
  return {
    id,
    uuid: packed.slice(0, uuid_length),
    conversation_id,
    author_id,
    username: row.username,
    seq,
    change_seq,
    number,
    client_id: row.client_id,
    content: packed.slice(at),
    content_type: row.content_type ?? 'text',
    parent_id,
    thread_count,
    mentions: row.mentions ?? [],
    called,
    metadata: row.metadata,
    edit_count,
    edited_at: row.edited_at,
    pinned_at: row.pinned_at,
    deleted_at: row.deleted_at,
    deleted_by: row.deleted_by,
    expires_at: row.expires_at,
    created_at,
    updated_at: row.updated_at ?? created_at,
    room_name,
    reactions: row.reactions,
  }
}
