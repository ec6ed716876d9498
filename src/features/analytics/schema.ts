import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { ConversationRef } from '../conversations/index.ts'

export const GetRoomStats = Type.Object(ConversationRef)
export type GetRoomStats = Static<typeof GetRoomStats>

const Count = Type.Integer({ minimum: 0 })
const count = (description: string) => Type.Integer({ minimum: 0, description })

export const RoomStats = Type.Object({
  room_id: Type.Optional(Id),
  conversation_id: Type.Optional(Id),
  member_count: Count,
  online_count: count('Members who are online as others see them; of a larger room, among 10,000 of its members.'),
  message_count: count('Messages ever sent, also those since deleted or expired.'),
  messages_24h: count('Messages sent in the last 24 hours, also those since deleted or expired.'),
  messages_7d: count('Messages sent in the last seven days, also those since deleted or expired.'),
  active_members_7d: count(
    'People who wrote one of the newest messages of the last seven days; sampled_messages says of how many.',
  ),
  top_authors: Type.Array(Type.Object({ user_id: Id, username: Type.String(), messages: Count }), {
    description: 'The ten who wrote most of the same messages.',
  }),
  sampled_messages: count(
    'The newest messages of the last seven days that are there now, and at most 5,000 of them: what active_members_7d and top_authors count.',
  ),
  pinned_count: Count,
  thread_count: count('Messages that have replies; 1,000 at most are counted.'),
  created_at: Timestamp,
  last_message_at: Type.Union([Timestamp, Type.Null()]),
  computed_at: Timestamp,
})
export type RoomStats = Static<typeof RoomStats>

export const StatsQuery = Type.Object({
  period: Type.Optional(
    Text({
      pattern: '^(([1-9]|[1-6][0-9]|7[0-2])h|([1-9]|[1-8][0-9]|90)d)$',
      default: '7d',
      description: 'Up to now: 1h to 72h, hour by hour, or 1d to 90d, in days of 24 hours.',
      error: 'must be 1h to 72h or 1d to 90d',
      examples: ['24h', '7d'],
    }),
  ),
})
export type StatsQuery = Static<typeof StatsQuery>

export const RoomStatsOver = Type.Object(
  {
    ...RoomStats.properties,
    period: Type.String(),
    series: Type.Array(
      Type.Object({
        from: Timestamp,
        messages: count('Messages sent from then until the next, or now; also those since deleted or expired.'),
      }),
    ),
  },
  { title: 'RoomStats' },
)
export type RoomStatsOver = Static<typeof RoomStatsOver>
