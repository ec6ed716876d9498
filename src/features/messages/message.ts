import type { Message } from './schema.ts'

/** A message as the database has it, with its author's name and its conversation's. */
export interface MessageRow {
  id: number
  uuid: string
  conversation_id: number
  author_id: number
  username: string
  seq: number
  change_seq: number
  number: number
  client_id: string
  content: string
  content_type: string
  parent_id: number | null
  thread_count: number
  mentions: readonly number[]
  /** Whom it called by "@room" or "@here", if the author might. */
  called: 'room' | 'here' | null
  metadata: Record<string, unknown> | null
  edit_count: number
  edited_at: Date | null
  pinned_at: Date | null
  deleted_at: Date | null
  /** Null for a message that is there, or has expired. */
  deleted_by: number | null
  expires_at: Date | null
  created_at: Date
  updated_at: Date
  /** Null for a DM. */
  room_name: string | null
  reactions: Message['reactions'] | null
}

/** What the server put in place of a missing client_id. It is kept for re-sending and never shown. */
export const own_client_id = '~'

/** A message as the protocol has it. Written out field by field: this runs for every message sent. */
export function toMessage(row: MessageRow): Message {
  const created_at = row.created_at.toISOString()
  const message: Message = {
    id: row.id,
    message_id: row.id,
    uuid: row.uuid,
    ...(row.room_name === null
      ? { conversation_id: row.conversation_id }
      : { room_id: row.conversation_id, room_name: row.room_name }),
    seq: row.seq,
    change_seq: row.change_seq,
    number: row.number,
    author_id: row.author_id,
    username: row.username,
    content: row.content,
    content_type: row.content_type,
    parent_id: row.parent_id,
    thread_count: row.thread_count,
    is_pinned: row.pinned_at !== null,
    is_edited: row.edit_count > 0,
    edit_count: row.edit_count,
    is_deleted: row.deleted_at !== null,
    reactions: row.reactions ?? [],
    mentions: [...row.mentions],
    mention_count: row.mentions.length,
    attachments: [],
    metadata: row.metadata ?? {},
    created_at,
    updated_at: row.updated_at === row.created_at ? created_at : row.updated_at.toISOString(),
  }
  if (row.called !== null) message.called = row.called
  if (!row.client_id.startsWith(own_client_id)) message.client_id = row.client_id
  if (row.deleted_by !== null) message.deleted_by = row.deleted_by
  if (row.edited_at !== null) message.edited_at = row.edited_at.toISOString()
  if (row.expires_at !== null) message.expires_at = row.expires_at.toISOString()
  return message
}

/** The live event of a message's creation, around the message's JSON. A reply's event also says how many replies its parent has now. */
export function creationEvent(
  row: MessageRow,
  parent_thread_count: number | null,
  json = JSON.stringify(toMessage(row)),
): string {
  const type = row.room_name === null ? 'dm_message' : 'room_message'
  const data =
    parent_thread_count === null ? json : `${json.slice(0, -1)},"parent_thread_count":${parent_thread_count}}`
  return `{"type":"${type}","data":${data}}`
}
