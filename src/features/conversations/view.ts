import type { ConversationRow } from './queries.ts'
import type { Room } from './schema.ts'

/** A room as the one sees it whose role is in the row. */
export const toRoom = (row: ConversationRow): Room => ({
  id: row.id,
  room_id: row.id,
  uuid: row.uuid,
  slug: row.slug ?? '',
  name: row.name ?? '',
  description: row.description,
  topic: row.topic,
  kind: row.kind as Room['kind'],
  is_public: row.is_public,
  is_archived: row.archived_at !== null,
  max_members: row.max_members,
  slow_mode_seconds: row.slow_mode_seconds,
  message_retention_days: row.message_retention_days,
  message_ttl_seconds: row.message_ttl_seconds,
  member_count: row.member_count,
  user_role: row.role,
  user_muted_until: row.muted_until?.toISOString() ?? null,
  last_message_id: row.last_message_id,
  created_by: row.created_by,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})
