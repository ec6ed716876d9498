import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { titled } from '../../kernel/titled.ts'
import { DmList, HistoryPage, Message, MessageReactions } from './schema.ts'

const Limit = Type.Integer({ minimum: 1, maximum: 100, description: '50 by default.' })

const page = {
  limit: Type.Optional(Limit),
  before_id: Type.Optional(
    Type.Integer({ ...Id, description: 'The page that ends before this message.', examples: [1042] }),
  ),
  after_id: Type.Optional(Type.Integer({ ...Id, description: 'The page that begins after this message.' })),
}

export const ThreadQuery = Type.Object(page)
export type ThreadQuery = Static<typeof ThreadQuery>

/** At most one of `before_id`, `after_id` and `since_seq`; without one of them, the newest page. */
export const MessageQuery = Type.Object({
  ...page,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description:
        '50 by default; with `since_seq`, how many changed messages are told at most (`limits.resume_limit`).',
    }),
  ),
  since_seq: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'What changed after this position of the log, instead of a page.',
    }),
  ),
  parent_id: Type.Optional(Type.Integer({ ...Id, description: 'Only the replies to this message.' })),
  include_threads: Type.Optional(Type.Boolean({ default: true, description: '`false` leaves replies out.' })),
  pinned_only: Type.Optional(Type.Boolean({ default: false, description: 'Only what is pinned.' })),
})
export type MessageQuery = Static<typeof MessageQuery>

export const MessagePage = Type.Object(
  {
    ...HistoryPage.properties,
    messages: Type.Array(Message, {
      description: 'Oldest first; with `since_seq`, those that changed, as they are now, by their `change_seq`.',
    }),
    has_more: Type.Boolean({
      description: 'Whether there is more beyond the page in the direction asked for; with `since_seq`, before it.',
    }),
    total_count: Type.Integer({
      minimum: 0,
      description:
        'Messages of the conversation, replies included; with `parent_id` its replies, with `pinned_only` the pinned ones.',
    }),
    reset: Type.Optional(
      Type.Boolean({
        description:
          'With `since_seq` only. True: too much changed, or too long ago; `messages` is the newest page, and what one had is to be dropped.',
      }),
    ),
  },
  { title: 'MessagePage' },
)

export const ThreadPage = Type.Object({ parent: Message, ...HistoryPage.properties }, { title: 'ThreadPage' })

export const EditQuery = Type.Object({
  limit: Type.Optional(Limit),
  cursor: Type.Optional(Text({ maxLength: 100, description: 'The `next_cursor` of the page before.' })),
})
export type EditQuery = Static<typeof EditQuery>

const Edit = Type.Object(
  {
    edit_number: Type.Integer({ minimum: 1 }),
    content: Type.String({ description: 'What the message said before this edit.' }),
    edited_by: Id,
    username: Type.String(),
    reason: Type.Union([Type.String(), Type.Null()]),
    edited_at: Timestamp,
  },
  { title: 'Edit' },
)

export const EditPage = Type.Object(
  {
    room_id: Type.Optional(Id),
    conversation_id: Type.Optional(Id),
    message_id: Id,
    edits: Type.Array(Edit, { description: 'The latest first.' }),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'EditPage' },
)

export const Reactions = titled(MessageReactions, 'MessageReactions')
export const Dms = titled(DmList, 'DmList')
export const Dm = DmList.properties.conversations.items

export const MessagePath = Type.Object({ id: Type.Integer({ ...Id, description: 'The id of the message.' }) })
