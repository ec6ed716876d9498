import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { RoomRoleName } from './member-schema.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, options: object = {}) =>
  Type.Union([schema, Type.Null()], options)

const Code = Type.String({ description: '22 characters that cannot be guessed.', examples: ['pJ0mDZ5nRr2cTq8W1xVb4g'] })

const InviteRole = Type.Union([Type.Literal('admin'), Type.Literal('moderator'), Type.Literal('member')], {
  title: 'InviteRole',
  description: 'What whoever accepts becomes; beyond member only from those who may give that role.',
})

export const InviteDraft = Type.Object(
  {
    max_uses: Type.Optional(
      orNull(Type.Integer({ minimum: 1, maximum: 100_000 }), { description: 'Null, or left out, sets no limit.' }),
    ),
    expires_in: Type.Optional(
      orNull(Type.Integer({ minimum: 60, maximum: 31_536_000 }), {
        description: 'Seconds, from a minute to a year; left out, a week, and null never.',
      }),
    ),
    role: Type.Optional(InviteRole),
  },
  { title: 'InviteDraft' },
)
export type InviteDraft = Static<typeof InviteDraft>

export const Invite = Type.Object(
  {
    code: Code,
    room_id: Id,
    role: RoomRoleName,
    max_uses: orNull(Type.Integer()),
    uses: Type.Integer({ minimum: 0 }),
    expires_at: orNull(Timestamp),
    created_at: Timestamp,
    created_by: Id,
    created_by_username: Type.String(),
    is_usable: Type.Boolean({ description: 'False once whoever made it may no longer make such an invite.' }),
  },
  { title: 'Invite' },
)
export type Invite = Static<typeof Invite>

export const InviteQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Text({ maxLength: 100, description: 'The `next_cursor` of the page before.' })),
})
export type InviteQuery = Static<typeof InviteQuery>

export const InvitePage = Type.Object(
  { invites: Type.Array(Invite), next_cursor: orNull(Type.String()) },
  { title: 'InvitePage' },
)
export type InvitePage = Static<typeof InvitePage>

const CodeInPath = Text({
  minLength: 1,
  maxLength: 64,
  description: 'The code of the invite.',
  examples: ['Xk3vQ9aZ'],
})
export const InvitePath = Type.Object({ code: CodeInPath })
export const RoomInvitePath = Type.Object({
  id: Text({
    minLength: 1,
    maxLength: 64,
    description: 'The id or the slug of the room.',
    examples: ['general'],
  }),
  code: CodeInPath,
})

/** What whoever has the code learns before they accept. */
export const InvitePreview = Type.Object(
  {
    code: Code,
    room_id: Id,
    room_name: Type.String(),
    room_description: orNull(Type.String()),
    member_count: Type.Integer(),
    role: RoomRoleName,
    expires_at: orNull(Timestamp),
    inviter: Type.Object({ user_id: Id, username: Type.String(), display_name: orNull(Type.String()) }),
    is_member: Type.Boolean({ description: 'Whether the caller is a member already.' }),
  },
  { title: 'InvitePreview' },
)
export type InvitePreview = Static<typeof InvitePreview>
