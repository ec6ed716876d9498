import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { NotificationLevel } from './member-schema.ts'
import { titled } from '../../kernel/titled.ts'
import { Cursor, NextCursor } from '../users/index.ts'
import { ConversationRef } from './schema.ts'
import { UnreadThread } from './thread-schema.ts'

/** Events and replies carry one of the two, as an integer. */
const place = { room_id: Type.Optional(Id), conversation_id: Type.Optional(Id) }
const Count = Type.Integer({ minimum: 0 })
const Mentions = Type.Integer({
  minimum: 0,
  maximum: 1000,
  description: 'Unread mentions; 1000 stands for so many or more.',
})

/** Where the user stands in one of their conversations, for `auth_success`. */
export const Membership = Type.Object(
  {
    ...place,
    name: Type.String({ description: 'Of a DM, the name of the other person.' }),
    slug: Type.Optional(Type.String({ description: 'Of a room.' })),
    is_public: Type.Optional(Type.Boolean({ description: 'Of a room.' })),
    seq: Count,
    message_number: Count,
    last_read_number: Count,
    unread_count: Count,
    mention_count: Mentions,
    notification_level: NotificationLevel,
    joined_at: Timestamp,
  },
  { title: 'Membership' },
)
export type Membership = Static<typeof Membership>

export const UnreadQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Cursor),
})
export type UnreadQuery = Static<typeof UnreadQuery>

/** What `GET /users/me/unread` answers: the totals are of all conversations, whatever is on the page. */
export const UnreadSummary = Type.Object(
  {
    total_unread: Count,
    total_mentions: Type.Integer({ minimum: 0, description: 'Of each conversation at most 1000 are counted.' }),
    conversations: Type.Array(Membership, { description: 'Those with something unread, the oldest first.' }),
    threads: Type.Array(UnreadThread, {
      description:
        'Threads the caller takes part in with new replies, the one with the newest first; a hundred at most.',
    }),
    next_cursor: NextCursor,
  },
  { title: 'UnreadSummary' },
)
export type UnreadSummary = Static<typeof UnreadSummary>

const ThreadOf = Type.Optional({
  ...Id,
  description:
    'The first message of a thread: the pointer in it moves, to a reply, and that of the conversation does not.',
})
export const MarkRead = Type.Object({ ...ConversationRef, message_id: Id, parent_id: ThreadOf })
export type MarkRead = Static<typeof MarkRead>

export const ReadMarked = Type.Object({
  ...place,
  message_id: Id,
  parent_id: Type.Optional({
    ...Id,
    description: 'Of a thread; then the counts are of its replies, a hundred at most.',
  }),
  last_read_number: Type.Integer({ minimum: 0, description: 'Where the pointer is now: it never moves back.' }),
  unread_count: Count,
  mention_count: Mentions,
})
export type ReadMarked = Static<typeof ReadMarked>

export const PointerDraft = Type.Object({ message_id: Id, parent_id: ThreadOf })
export const Pointer = titled(ReadMarked, 'ReadMarked')

export const ReadReceipt = Type.Object({
  ...place,
  user_id: Id,
  username: Type.String(),
  message_id: Id,
  read_at: Timestamp,
})
export type ReadReceipt = Static<typeof ReadReceipt>

export const ReceiptQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Cursor),
})
export type ReceiptQuery = Static<typeof ReceiptQuery>

/** How far the others have read, by their ids. When each read that is not kept, so it has no `read_at`. */
export const ReceiptPage = Type.Object(
  {
    ...place,
    receipts: Type.Array(
      Type.Object({
        user_id: Id,
        username: Type.String({ examples: ['bob'] }),
        message_id: { ...Id, description: 'The last message that this member has read.' },
      }),
      { description: 'Of those on this page who have read anything: there may be fewer than `limit`.' },
    ),
    next_cursor: NextCursor,
  },
  { title: 'ReceiptPage' },
)
export type ReceiptPage = Static<typeof ReceiptPage>

export const UnreadUpdated = Type.Object({
  ...place,
  message_number: Type.Integer({ minimum: 0, description: 'The number of the newest message.' }),
  last_read_number: Type.Optional(
    Type.Integer({ minimum: 0, description: "The reader's own pointer; on their own feed only, when it has moved." }),
  ),
  unread_count: Type.Optional(Count),
  mention_count: Type.Optional(Mentions),
})
export type UnreadUpdated = Static<typeof UnreadUpdated>
