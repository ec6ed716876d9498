import { type Static, Type } from '@sinclair/typebox'

import { Id, RoomRef, Timestamp } from '../../kernel/ids.ts'
import { ConversationRef } from '../conversations/index.ts'

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const Reaction = Type.Object({
  emoji: Type.String(),
  count: Type.Integer(),
  users: Type.Array(Type.Object({ user_id: Id, username: Type.String() }), { description: 'The first ten.' }),
})

/** protocol.md, "Message". */
export const Message = Type.Object({
  id: Id,
  message_id: Id,
  uuid: Type.String({ format: 'uuid' }),
  room_id: Type.Optional(Id),
  room_name: Type.Optional(Type.String()),
  conversation_id: Type.Optional(Id),
  seq: Seq,
  change_seq: Seq,
  number: Id,
  author_id: Id,
  username: Type.String(),
  content: Type.String(),
  content_type: Type.String(),
  parent_id: Type.Union([Id, Type.Null()]),
  thread_count: Type.Integer(),
  parent_thread_count: Type.Optional(
    Type.Integer({ description: "On a reply's live event: how many replies its parent has now." }),
  ),
  is_pinned: Type.Boolean(),
  is_edited: Type.Boolean(),
  edit_count: Type.Integer(),
  is_deleted: Type.Boolean(),
  reactions: Type.Array(Reaction),
  mentions: Type.Array(Id),
  mention_count: Type.Integer(),
  attachments: Type.Array(Type.Unknown()),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  client_id: Type.Optional(Type.String()),
  created_at: Timestamp,
  updated_at: Timestamp,
  edited_at: Type.Optional(Timestamp),
  expires_at: Type.Optional(Timestamp),
})
export type Message = Static<typeof Message>

const draft = {
  content: Type.String(),
  parent_id: Type.Optional(Type.Union([Id, Type.Null()])),
  content_type: Type.Optional(
    Type.Union([Type.Literal('text'), Type.Literal('markdown'), Type.Literal('code'), Type.Literal('encrypted')]),
  ),
  attachments: Type.Optional(Type.Array(Id, { maxItems: 20 })),
  expires_in: Type.Optional(Type.Integer({ minimum: 1, description: 'Seconds.' })),
  metadata: Type.Optional(
    Type.Object(
      {
        client_id: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 128,
            pattern: '^[^~\\u0000-\\u001f][^\\u0000-\\u001f]*$',
            description: 'Makes sending idempotent for good. Must not begin with "~".',
          }),
        ),
      },
      { additionalProperties: true },
    ),
  ),
}

export const SendMessage = Type.Object({ room_id: RoomRef, ...draft })
export const SendDm = Type.Object({ conversation_id: Id, ...draft })
export type MessageDraft = Static<typeof SendMessage> | Static<typeof SendDm>

const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  before_id: Type.Optional(Id),
  after_id: Type.Optional(Id),
  parent_id: Type.Optional(Id),
}

export const GetHistory = Type.Object({ ...ConversationRef, ...page })
export const GetDmHistory = Type.Object({ conversation_id: Id, ...page })
export type PageQuery = Static<typeof GetHistory>

export const Sync = Type.Object({
  cursors: Type.Array(Type.Object({ ...ConversationRef, since_seq: Seq }), {
    description: 'Each conversation once; at most limits.max_resume_rooms.',
  }),
})
export type Sync = Static<typeof Sync>
