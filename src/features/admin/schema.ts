import { type Static, Type } from '@sinclair/typebox'

import { FutureTime } from '../../kernel/future-time.ts'
import { Id, Timestamp } from '../../kernel/ids.ts'
import { storable, Text } from '../../kernel/text.ts'
import { Cursor, NextCursor, OwnUser, RoleName } from '../users/index.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, options: object = {}) =>
  Type.Union([schema, Type.Null()], options)
const count = (description: string) => Type.Integer({ minimum: 0, description })
const Count = Type.Integer({ minimum: 0 })

const UserStatus = Type.Union([Type.Literal('active'), Type.Literal('banned')], {
  title: 'UserStatus',
  description: 'A ban whose time is over is lifted when its user comes back; until then it is still here.',
})

export const UsersQuery = Type.Object({
  q: Type.Optional(
    Text({
      minLength: 1,
      maxLength: 254,
      pattern: storable,
      description:
        'The beginning of a username or display name, an id, or a whole e-mail address; this last for people alone, as no key sees addresses.',
      error: 'must have 1 to 254 characters, without NUL or lone surrogates',
    }),
  ),
  role: Type.Optional(RoleName),
  status: Type.Optional(UserStatus),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Cursor),
})
export type UsersQuery = Static<typeof UsersQuery>

const account = {
  ...OwnUser.properties,
  status: UserStatus,
  banned_until: orNull(Timestamp, { description: 'Null for a ban without an end.' }),
  ban_reason: orNull(Type.String()),
  has_password: Type.Boolean({ description: 'False for bots, and for those who sign in through an external issuer.' }),
  last_seen_at: orNull(Timestamp),
  is_online: Type.Boolean({ description: 'As others see them.' }),
}

export const AdminUser = Type.Object(account, { title: 'AdminUser' })
export type AdminUser = Static<typeof AdminUser>

export const AdminUserPage = Type.Object(
  { users: Type.Array(AdminUser), next_cursor: NextCursor },
  { title: 'AdminUserPage' },
)
export type AdminUserPage = Static<typeof AdminUserPage>

export const AdminUserDetail = Type.Object(
  { ...account, active_sessions: Count, room_count: Count },
  { title: 'AdminUserDetail' },
)
export type AdminUserDetail = Static<typeof AdminUserDetail>

/** What is named is changed. */
export const UserChange = Type.Object(
  {
    role: Type.Optional(RoleName),
    active: Type.Optional(Type.Boolean({ description: 'false bans, true lifts a ban.' })),
    banned_until: Type.Optional(
      orNull(FutureTime, {
        description: 'RFC 3339, in the future; null, or left out with `active: false`, is for good.',
        examples: ['2027-01-31T12:00:00Z'],
      }),
    ),
    ban_reason: Type.Optional(
      orNull(
        Text({
          maxLength: 500,
          pattern: storable,
          error: 'must have at most 500 characters, without NUL or lone surrogates',
        }),
      ),
    ),
  },
  { title: 'UserChange' },
)
export type UserChange = Static<typeof UserChange>

export const UserPath = Type.Object({ id: Id })

export const ServerStats = Type.Object(
  {
    users: Type.Object({
      active: Count,
      banned: Count,
      deleted: Count,
      bots: count('Of the active ones.'),
      new_24h: count('Accounts made in the last 24 hours.'),
      online: count('Users with a connection to this node, invisible ones too.'),
      by_role: Type.Record(Type.String(), Count, { description: 'Of the active ones.' }),
    }),
    sessions: count('Sessions that are neither ended nor over.'),
    rooms: Type.Object({ total: Count, public: Count, archived: Count }),
    dms: Count,
    messages: Type.Object({
      total: count('Messages ever sent in what is not deleted, also those since deleted or expired.'),
      last_24h: count(
        'An estimate, by the ids given out within 24 hours: somewhat too high when writing was undone meanwhile.',
      ),
    }),
    connections: count('WebSocket connections of this node.'),
    database_bytes: Type.Integer({ minimum: 0, description: 'The size of the database on disk.' }),
    version: Type.String(),
    started_at: Timestamp,
    uptime_s: Type.Number({ minimum: 0 }),
    computed_at: Timestamp,
  },
  { title: 'ServerStats' },
)
export type ServerStats = Static<typeof ServerStats>

export const NodeView = Type.Object(
  {
    id: Type.String({ description: 'Another one after each start.' }),
    host: Type.String(),
    version: Type.String(),
    started_at: Timestamp,
    uptime_s: Type.Number({ minimum: 0 }),
    connections: Count,
    conversations: count('Conversations that are followed or were active here lately.'),
    draining: Type.Boolean(),
    memory_bytes: Type.Integer({ minimum: 0, description: 'Resident memory of the process.' }),
  },
  { title: 'Node' },
)
export type NodeView = Static<typeof NodeView>

export const Nodes = Type.Object({ nodes: Type.Array(NodeView) }, { title: 'Nodes' })
export const Draining = Type.Object({ draining: Type.Literal(true) }, { title: 'Draining' })
