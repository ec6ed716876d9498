import { type Static, type TSchema, Type } from '@sinclair/typebox'

import { Id, RoomRef, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'

const Slug = Text({
  pattern: '^[a-z0-9][a-z0-9_-]*$',
  minLength: 1,
  maxLength: 64,
  description: 'Lower-case letters, digits, - and _; not only digits.',
  examples: ['tea-house'],
})

const Name = Text({ minLength: 1, maxLength: 100, examples: ['Tea house'] })
const Description = Text({ maxLength: 1000, examples: ['Green, black and oolong.'] })
const Topic = Text({ maxLength: 250, examples: ['First flush is here'] })
const MaxMembers = Type.Integer({ minimum: 1, maximum: 10_000_000 })
const SlowMode = Type.Integer({
  minimum: 0,
  maximum: 21_600,
  description: 'Seconds between two messages of one member.',
})
const RetentionDays = Type.Integer({
  minimum: 1,
  maximum: 36_500,
  description: 'Days that messages are kept.',
  examples: [365],
})
const TtlSeconds = Type.Integer({
  minimum: 5,
  maximum: 31_536_000,
  description: 'Seconds that a message lives if its author says nothing else.',
})
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const RoomDraft = Type.Object(
  {
    name: Name,
    slug: Type.Optional(Slug),
    description: Type.Optional(orNull(Description)),
    topic: Type.Optional(orNull(Topic)),
    is_public: Type.Boolean(),
    kind: Type.Optional(Type.Union([Type.Literal('room'), Type.Literal('team'), Type.Literal('guild')])),
    max_members: Type.Optional(orNull(MaxMembers)),
    slow_mode_seconds: Type.Optional(SlowMode),
    message_retention_days: Type.Optional(orNull(RetentionDays)),
    message_ttl_seconds: Type.Optional(orNull(TtlSeconds)),
  },
  { title: 'RoomDraft' },
)
export type RoomDraft = Static<typeof RoomDraft>

/** What is named is changed; null takes a text or a limit away. */
export const RoomChange = Type.Object(
  {
    name: Type.Optional(Name),
    slug: Type.Optional(Slug),
    description: Type.Optional(orNull(Description)),
    topic: Type.Optional(orNull(Topic)),
    is_public: Type.Optional(Type.Boolean()),
    max_members: Type.Optional(orNull(MaxMembers)),
    slow_mode_seconds: Type.Optional(SlowMode),
    message_retention_days: Type.Optional(orNull(RetentionDays)),
    message_ttl_seconds: Type.Optional(orNull(TtlSeconds)),
  },
  { title: 'RoomChange' },
)
export type RoomChange = Static<typeof RoomChange>

export const Archive = Type.Object({ archived: Type.Boolean() }, { title: 'Archive' })

export const Room = Type.Object(
  {
    id: Id,
    room_id: Id,
    uuid: Type.String({ format: 'uuid' }),
    slug: Type.String({ examples: ['tea-house'] }),
    name: Type.String({ examples: ['Tea house'] }),
    description: Type.Union([Type.String(), Type.Null()], { examples: ['Green, black and oolong.'] }),
    topic: Type.Union([Type.String(), Type.Null()], { examples: ['First flush is here'] }),
    kind: Type.Union([Type.Literal('room'), Type.Literal('team'), Type.Literal('guild')]),
    is_public: Type.Boolean(),
    is_archived: Type.Boolean({ examples: [false] }),
    max_members: Type.Union([Type.Integer(), Type.Null()], { examples: [100] }),
    slow_mode_seconds: Type.Integer({ examples: [0] }),
    message_retention_days: Type.Union([Type.Integer(), Type.Null()], { examples: [365] }),
    message_ttl_seconds: Type.Union([Type.Integer(), Type.Null()], { examples: [null] }),
    member_count: Type.Integer({ examples: [3] }),
    user_role: Type.Union([Type.String(), Type.Null()], {
      description: "The caller's role in the room; null for those who have not joined.",
      examples: ['owner'],
    }),
    user_muted_until: Type.Union([Timestamp, Type.Null()], {
      description: 'Until when the caller is muted in the room; null for those who may speak.',
      examples: [null],
    }),
    last_message_id: Type.Union([Id, Type.Null()], { examples: [181] }),
    created_by: Type.Union([Id, Type.Null()]),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Room' },
)
export type Room = Static<typeof Room>

const filters = ['public', 'private', 'joined', 'owned'] as const
export type RoomFilter = (typeof filters)[number]

export const RoomQuery = Type.Object({
  filter: Type.Optional(
    Text({
      pattern: `^(${filters.join('|')})(,(${filters.join('|')}))*$`,
      description: 'Comma-separated: public, private, joined, owned.',
      examples: ['joined'],
    }),
  ),
  search: Type.Optional(Text({ maxLength: 100, description: 'Part of the name or the slug.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })),
})
export type RoomQuery = Static<typeof RoomQuery>

export const RoomPath = Type.Object({
  id: Text({ minLength: 1, maxLength: 64, description: 'The id or the slug.', examples: ['general'] }),
})

/** Only digits are an id: no slug is. */
export const roomRef = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text)

export const RoomPage = Type.Object(
  { rooms: Type.Array(Room), total_count: Type.Integer(), has_more: Type.Boolean() },
  { title: 'RoomPage' },
)

/** A room by `room_id` (id or slug) or a DM by `conversation_id`; exactly one. */
export const ConversationRef = { room_id: Type.Optional(RoomRef), conversation_id: Type.Optional(Id) }

export const JoinRoom = Type.Object({
  ...ConversationRef,
  since_seq: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
})
export const LeaveRoom = Type.Object({ ...ConversationRef, forget: Type.Optional(Type.Boolean()) })

export const CreateDm = Type.Object({
  user_id: Type.Optional(Id),
  user1_id: Type.Optional(Id),
  user2_id: Type.Optional(Id),
})
export type CreateDm = Static<typeof CreateDm>

export const BlockDm = Type.Object({
  conversation_id: Id,
  block: Type.Boolean({ description: "false lifts one's own block." }),
})

export const ListDms = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: Type.Optional(Text({ maxLength: 100 })),
})
