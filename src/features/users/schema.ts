import { type Static, Type } from '@sinclair/typebox'
import { Id, Timestamp } from '../../kernel/ids.ts'
import { roleNames } from '../../kernel/permissions.ts'
import { storable, Text } from '../../kernel/text.ts'

export const RoleName = Type.Unsafe<(typeof roleNames)[number]>(
  Type.Union(
    roleNames.map((name) => Type.Literal(name)),
    { title: 'Role', description: 'What the user may do on this server.' },
  ),
)

const shown = {
  id: Id,
  username: Type.String({ description: 'Unique whatever its case; what a mention names.', examples: ['ada'] }),
  display_name: Type.Union([Type.String(), Type.Null()], { examples: ['Ada Lovelace'] }),
  role: RoleName,
  is_bot: Type.Boolean({ examples: [false] }),
  created_at: Timestamp,
}

/** What everybody who is signed in may see of a user. */
export const PublicUser = Type.Object(shown, { title: 'User', description: 'A user as others see them.' })
export type PublicUser = Static<typeof PublicUser>

/** What users see of themselves. */
export const OwnUser = Type.Object(
  {
    ...shown,
    email: Type.Union([Type.String(), Type.Null()], { examples: ['ada@example.com'] }),
    email_verified: Type.Boolean(),
    locale: Type.Union([Type.String(), Type.Null()], { examples: ['en'] }),
  },
  { title: 'OwnUser', description: 'A user as they see themselves.' },
)
export type OwnUser = Static<typeof OwnUser>

export const UserPath = Type.Object({ id: Id })

export const Cursor = Text({ maxLength: 3000, description: 'The `next_cursor` of the page before.' })
export const NextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'What the next page is asked for with; null on the last.',
})

export const UserSearch = Type.Object({
  q: Text({
    minLength: 2,
    maxLength: 64,
    pattern: storable,
    description: 'The beginning of a username or a display name, whatever its case and accents.',
    error: 'must have 2 to 64 characters, without NUL or lone surrogates',
    examples: ['ada'],
  }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(Cursor),
})
export type UserSearch = Static<typeof UserSearch>

export const FoundUsers = Type.Object({ users: Type.Array(PublicUser), next_cursor: NextCursor }, { title: 'UserPage' })
export type FoundUsers = Static<typeof FoundUsers>
