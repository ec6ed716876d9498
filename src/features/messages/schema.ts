import { type Static, Type } from '@sinclair/typebox'

import { Id, RoomRef, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { ConversationRef } from '../conversations/index.ts'

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const Reaction = Type.Object(
  {
    emoji: Type.String(),
    count: Type.Integer(),
    users: Type.Array(Type.Object({ user_id: Id, username: Type.String() }, { title: 'Reactor' }), {
      description: 'The first ten.',
    }),
  },
  { title: 'Reaction' },
)

/** protocol.md, "Message". */
export const Message = Type.Object(
  {
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
    called: Type.Optional(
      Type.Union([Type.Literal('room'), Type.Literal('here')], {
        description: 'By "@room" or "@here" it called everybody when it was sent, and it still says so.',
      }),
    ),
    attachments: Type.Array(Type.Unknown()),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    client_id: Type.Optional(Type.String()),
    created_at: Timestamp,
    updated_at: Timestamp,
    deleted_by: Type.Optional({ ...Id, description: 'Who deleted it: its author or a moderator.' }),
    edited_at: Type.Optional(Timestamp),
    expires_at: Type.Optional(Timestamp),
  },
  { title: 'Message' },
)
export type Message = Static<typeof Message>

const draft = {
  content: Type.String(),
  parent_id: Type.Optional(Type.Union([Id, Type.Null()])),
  content_type: Type.Optional(
    Type.Union([Type.Literal('text'), Type.Literal('markdown'), Type.Literal('code'), Type.Literal('encrypted')]),
  ),
  attachments: Type.Optional(Type.Array(Id, { maxItems: 20 })),
  expires_in: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'Seconds until the message is gone for everybody.' }),
  ),
  metadata: Type.Optional(
    Type.Object(
      {
        client_id: Type.Optional(
          Text({
            minLength: 1,
            maxLength: 128,
            pattern: '^[^~\\u0000-\\u001f][^\\u0000-\\u001f]*$',
            description: 'Makes sending idempotent for good. Must not begin with "~".',
            error: 'must have 1 to 128 characters, none of them a control character, and not begin with "~"',
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
const threads = {
  include_threads: Type.Optional(Type.Boolean({ default: true, description: '`false` leaves replies out.' })),
}

export const GetHistory = Type.Object({ ...ConversationRef, ...page, ...threads })
export const GetDmHistory = Type.Object({ conversation_id: Id, ...page, ...threads })
export type PageQuery = Static<typeof GetHistory>

export const Sync = Type.Object({
  cursors: Type.Array(Type.Object({ ...ConversationRef, since_seq: Seq }, { title: 'ResumePoint' }), {
    description: 'Each conversation once; at most limits.max_resume_rooms.',
  }),
})
export type Sync = Static<typeof Sync>

const Reason = Text({ maxLength: 500 })

export const EditMessage = Type.Object({
  message_id: Id,
  content: Type.String(),
  edit_reason: Type.Optional(Reason),
})
export const DeleteMessage = Type.Object({ message_id: Id, reason: Type.Optional(Reason) })

/** The conversation may be left out: the message tells it. */
export const PinMessage = Type.Object({
  ...ConversationRef,
  message_id: Id,
  pin: Type.Optional(Type.Boolean({ description: 'false unpins.' })),
})
export type PinMessage = Static<typeof PinMessage>
export const UnpinMessage = Type.Omit(PinMessage, ['pin'])
export const GetPinnedMessages = Type.Object(ConversationRef)

const Emoji = Text({
  minLength: 1,
  maxLength: 66,
  description: 'One emoji, or a name between colons such as ":party:".',
})
export const React = Type.Object({ message_id: Id, emoji: Emoji })
export const GetReactions = Type.Object({ message_id: Id })

/** Where something is: a room by `room_id` and `room_name`, a DM by `conversation_id`. */
const place = {
  room_id: Type.Optional(Id),
  room_name: Type.Optional(Type.String()),
  conversation_id: Type.Optional(Id),
}
const nothingChanged = {
  unchanged: Type.Optional(
    Type.Literal(true, { description: 'In a reply: it was so already; no seq was taken, no event is sent.' }),
  ),
}

export const SentMessage = Type.Composite([
  Message,
  Type.Object({
    duplicate: Type.Optional(
      Type.Literal(true, { description: 'The message was there already, under the same client_id.' }),
    ),
  }),
])

/** A message after a change; its position in the log is its `change_seq`. */
export const ChangedMessage = Type.Composite([Message, Type.Object(nothingChanged)], { title: 'ChangedMessage' })
export type ChangedMessage = Static<typeof ChangedMessage>

export const MessageDeleted = Type.Object({
  ...place,
  message_id: Id,
  seq: Type.Optional(Seq),
  deleted_by: Type.Union([Id, Type.Null()], { description: 'null when it has expired.' }),
  reason: Type.Union([Type.String(), Type.Null()], { description: '"expired" when it has.' }),
  timestamp: Type.Optional(Timestamp),
  parent_id: Type.Optional(Type.Union([Id, Type.Null()])),
  parent_thread_count: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  ...nothingChanged,
})

export const ReactionChanged = Type.Object(
  {
    ...place,
    message_id: Id,
    seq: Type.Optional(Seq),
    user_id: Id,
    username: Type.String(),
    emoji: Type.String(),
    count: Type.Integer({ description: 'How many have reacted with it now.' }),
    timestamp: Type.Optional(Timestamp),
    ...nothingChanged,
  },
  { title: 'ReactionChange' },
)
export type ReactionChanged = Static<typeof ReactionChanged>

export const MessageReactions = Type.Object({
  ...place,
  message_id: Id,
  total_reactions: Type.Integer(),
  reactions: Type.Array(Reaction, { description: 'The first used first, with the first hundred people of each.' }),
})

export const PinnedMessages = Type.Object({ ...place, messages: Type.Array(Message) })

export const HistoryPage = Type.Object(
  {
    room_id: Type.Optional(Id),
    conversation_id: Type.Optional(Id),
    messages: Type.Array(Message),
    has_more: Type.Boolean(),
    total_count: Type.Integer(),
    seq: Seq,
  },
  { title: 'HistoryPage' },
)

export const DmList = Type.Object({
  conversations: Type.Array(
    Type.Object(
      {
        conversation_id: Id,
        other_user: Type.Object({
          user_id: Id,
          username: Type.String(),
          is_online: Type.Boolean(),
          last_seen: Type.Union([Timestamp, Type.Null()]),
        }),
        last_message: Type.Union([Message, Type.Null()]),
        unread_count: Type.Integer(),
        is_blocked: Type.Boolean(),
      },
      { title: 'DmSummary' },
    ),
  ),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
})

export const SyncResult = Type.Object({
  rooms: Type.Array(Type.Union([Type.Ref('RoomState'), Type.Ref('DmState'), Type.Ref('NotThere')]), {
    description: 'In the order asked for.',
  }),
})

export const MentionEvent = Type.Object({
  ...place,
  message_id: Id,
  author_id: Id,
  username: Type.String(),
  preview: Type.String({ description: 'The first hundred characters.' }),
  scope: Type.Optional(
    Type.Union([Type.Literal('room'), Type.Literal('here')], { description: 'By "@room" or "@here", not by name.' }),
  ),
})
