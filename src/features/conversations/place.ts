import type { CatchUp, Place } from '../../transport/ws/index.ts'
import type { ConversationRow } from './queries.ts'

/** How a socket follows this conversation and is told where it stands. */
export const placeOf = (row: ConversationRow): Place => ({
  conversation_id: row.id,
  audience: row.kind === 'dm' ? pairOf(row) : null,
  describe: ({ seq, missed, reset }: CatchUp) => ({ ...described(row), seq, missed, reset: reset || undefined }),
})

/** The two people of a DM. */
const pairOf = ({ dm_low, dm_high }: ConversationRow): number[] => [dm_low, dm_high].filter((id) => id !== null)

const described = (row: ConversationRow) => ({ ...namesOf(row), ...standingOf(row) })

const namesOf = (row: ConversationRow) =>
  row.kind === 'dm'
    ? { conversation_id: row.id, user1_id: row.dm_low, user2_id: row.dm_high }
    : { room_id: row.id, room_name: row.name, slug: row.slug, topic: row.topic }

/** Small state, which is not in the log and so is told whole. */
const standingOf = (row: ConversationRow) => ({
  member_count: row.member_count,
  user_role: row.role,
  is_public: row.is_public,
  is_archived: row.archived_at !== null,
  slow_mode_seconds: row.slow_mode_seconds,
  last_message_id: row.last_message_id,
  last_read_number: row.last_read_number ?? 0,
  message_number: row.message_count,
  unread_count: row.message_count - (row.last_read_number ?? 0),
})
