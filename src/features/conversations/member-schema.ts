import { type Static, Type } from '@sinclair/typebox'

import { FutureTime } from '../../kernel/future-time.ts'
import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { ConversationRef } from './schema.ts'

export const RoomRoleName = Type.Union(
  [Type.Literal('owner'), Type.Literal('admin'), Type.Literal('moderator'), Type.Literal('member')],
  { title: 'RoomRole' },
)

const Cursor = Text({ maxLength: 100, description: 'The `next_cursor` of the page before.' })
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Cursor),
}

export const MemberQuery = Type.Object(page)
export type MemberQuery = Static<typeof MemberQuery>

export const GetMembers = Type.Object({ ...ConversationRef, ...page })

export const NotificationLevel = Type.Union([Type.Literal('all'), Type.Literal('mentions'), Type.Literal('none')], {
  title: 'NotificationLevel',
  description: 'What of a conversation its member wants to be notified of; only the member sees it.',
})
export type NotificationLevel = Static<typeof NotificationLevel>

export const Member = Type.Object(
  {
    user_id: Id,
    username: Type.String({ examples: ['ada'] }),
    display_name: Type.Union([Type.String(), Type.Null()], { examples: ['Ada Lovelace'] }),
    role: RoomRoleName,
    nickname: Type.Union([Type.String(), Type.Null()], { examples: [null] }),
    joined_at: Timestamp,
    muted_until: Type.Optional(
      Type.Union([Timestamp, Type.Null()], { description: 'Only for those who may mute members.' }),
    ),
    is_online: Type.Boolean(),
    notification_level: Type.Optional(NotificationLevel),
    last_read_number: Type.Optional(
      Type.Integer({ minimum: 0, description: "How far the caller has read; only of the caller's own membership." }),
    ),
  },
  { title: 'Member' },
)
export type Member = Static<typeof Member>

export const MemberPage = Type.Object(
  {
    members: Type.Array(Member),
    total_count: Type.Integer(),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'MemberPage' },
)

export const MemberPath = Type.Object({
  id: Text({
    minLength: 1,
    maxLength: 64,
    description: 'The id or the slug of the room.',
    examples: ['general'],
  }),
  user_id: Type.Union([Id, Type.Literal('me')], { description: "The id of the user; `me` is the caller's own." }),
})

export const NewMember = Type.Object({ user_id: Id, role: Type.Optional(RoomRoleName) }, { title: 'NewMember' })
export type NewMember = Static<typeof NewMember>

/** What is named is changed. */
export const MemberChange = Type.Object(
  {
    role: Type.Optional(RoomRoleName),
    muted_until: Type.Optional(
      Type.Union([FutureTime, Type.Null()], {
        description: 'RFC 3339, in the future; null ends a mute.',
      }),
    ),
    nickname: Type.Optional(Type.Union([Text({ maxLength: 64 }), Type.Null()])),
  },
  { title: 'MemberChange' },
)
export type MemberChange = Static<typeof MemberChange>

/** What members change of their own membership. */
export const OwnMemberChange = Type.Object(
  {
    ...MemberChange.properties,
    notification_level: Type.Optional(NotificationLevel),
    last_read_message_id: Type.Optional({
      ...Id,
      description: 'The caller has read up to this message; the pointer never moves back.',
    }),
  },
  { title: 'OwnMemberChange' },
)
export type OwnMemberChange = Static<typeof OwnMemberChange>
