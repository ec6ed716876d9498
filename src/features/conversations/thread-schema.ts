import { type Static, Type } from '@sinclair/typebox'

import { Id } from '../../kernel/ids.ts'

const place = {
  room_id: Type.Optional(Id),
  room_name: Type.Optional(Type.String()),
  conversation_id: Type.Optional(Id),
}
const Count = Type.Integer({ minimum: 0 })
const Preview = Type.String({
  description: 'The first hundred characters; empty of a message that is deleted or encrypted.',
})

/** The newest reply of somebody. */
const LastReply = Type.Object(
  { message_id: Id, number: Id, author_id: Id, username: Type.String(), preview: Preview },
  { title: 'LastReply' },
)

const thread = {
  ...place,
  parent_id: Type.Integer({ minimum: 1, description: 'The first message of the thread.' }),
  author_id: Type.Integer({ minimum: 1, description: 'Who wrote the first message.' }),
  username: Type.String(),
  preview: Preview,
  thread_count: Count,
  seq: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'The last of the conversation when it was so: of two states of a thread, the one with the lower is the older.',
    }),
  ),
}
const mention_count = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 100,
    description: 'How many of the unread replies name the user. 100 stands for so many or more.',
  }),
)

/** A thread that the user takes part in, and others have replied in since they read it. */
export const UnreadThread = Type.Object(
  {
    ...thread,
    last_reply: LastReply,
    last_read_number: Type.Integer({
      minimum: 0,
      description: 'The number of the last reply that was read, or written oneself.',
    }),
    unread_count: Type.Integer({ minimum: 1, maximum: 100, description: '100 stands for so many or more.' }),
    mention_count,
  },
  { title: 'UnreadThread' },
)
export type UnreadThread = Static<typeof UnreadThread>

export const ThreadUpdated = Type.Object({
  ...thread,
  last_reply: Type.Union([LastReply, Type.Null()], { description: 'Null when none is left.' }),
  last_read_number: Type.Optional(Count),
  unread_count: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      description:
        'How much the user has not read now, as no reply of somebody says it. 100 stands for so many or more.',
    }),
  ),
  mention_count,
})
export type ThreadUpdated = Static<typeof ThreadUpdated>

export const ThreadRead = Type.Object({
  room_id: Type.Optional(Id),
  conversation_id: Type.Optional(Id),
  parent_id: Id,
  last_read_number: Count,
})
export type ThreadRead = Static<typeof ThreadRead>
