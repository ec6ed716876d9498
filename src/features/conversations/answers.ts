import { Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { MemberPage, RoomRoleName } from './member-schema.ts'

const Count = Type.Integer({ minimum: 0 })
const Role = Type.Union([RoomRoleName, Type.Null()])

/** What `room_joined` and `dm_joined` have in common. */
const standing = {
  member_count: Count,
  user_role: Role,
  is_public: Type.Boolean(),
  is_archived: Type.Boolean(),
  slow_mode_seconds: Count,
  last_message_id: Type.Union([Id, Type.Null()]),
  last_read_number: Count,
  message_number: Type.Integer({ minimum: 0, description: 'The number of the newest message.' }),
  unread_count: Count,
  seq: Type.Integer({ minimum: 0, description: 'The position in the log: every later change follows as an event.' }),
  missed: Type.Optional(
    Type.Array(Type.Ref('Message'), {
      description: 'Messages that changed after `since_seq`, as they are now.',
    }),
  ),
  reset: Type.Optional(
    Type.Boolean({ description: 'Too much changed: `missed` is the newest page, and what one had is to be dropped.' }),
  ),
}

export const RoomJoined = Type.Object(
  {
    room_id: Id,
    room_name: Type.String(),
    slug: Type.String(),
    topic: Type.Union([Type.String(), Type.Null()]),
    ...standing,
  },
  { title: 'RoomState' },
)

export const DmJoined = Type.Object(
  { conversation_id: Id, user1_id: Id, user2_id: Id, ...standing },
  { title: 'DmState' },
)

export const RoomLeft = Type.Object({ room_id: Id })
export const DmLeft = Type.Object({ conversation_id: Id })

export const DmCreated = Type.Object({
  conversation_id: Id,
  user1_id: Id,
  user2_id: Id,
  is_blocked: Type.Boolean({ description: 'By either of the two.' }),
  created_at: Timestamp,
})

export const DmBlocked = Type.Object({
  conversation_id: Id,
  is_blocked: Type.Boolean({ description: 'By either of the two.' }),
  blocked_by_you: Type.Boolean(),
})

export const RoomMembers = Type.Object({
  room_id: Type.Optional(Id),
  conversation_id: Type.Optional(Id),
  ...MemberPage.properties,
})
