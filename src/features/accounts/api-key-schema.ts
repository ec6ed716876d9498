import { type Static, Type } from '@sinclair/typebox'

import { FutureTime } from '../../kernel/future-time.ts'
import { Timestamp } from '../../kernel/ids.ts'
import { type Scope, scopes } from '../../kernel/permissions.ts'
import { Text } from '../../kernel/text.ts'

const ScopeName = Type.Unsafe<Scope>(
  Type.Union(
    scopes.map((name) => Type.Literal(name)),
    { title: 'Permission', description: 'What a key may do, as far as its owner may.' },
  ),
)

const KeyId = Type.String({ format: 'uuid', maxLength: 36, description: 'The `id` of a key.' })

export const NewApiKey = Type.Object(
  {
    name: Text({
      minLength: 1,
      maxLength: 100,
      description: 'What it is for, in your words.',
      examples: ['deploy notices'],
    }),
    permissions: Type.Array(ScopeName, {
      minItems: 1,
      maxItems: scopes.length,
      uniqueItems: true,
      description: 'What it may do; what its owner may not is refused.',
      examples: [['read_messages', 'send_messages']],
    }),
    expires_at: Type.Optional(
      Type.Union([FutureTime, Type.Null()], {
        description: 'RFC 3339, in the future. Without it the key has no end.',
        examples: ['2030-01-01T00:00:00Z'],
      }),
    ),
    ip_whitelist: Type.Optional(
      Type.Array(Text({ minLength: 2, maxLength: 64 }), {
        maxItems: 100,
        description: 'Addresses and ranges (CIDR) from which alone it is good. Empty: from everywhere.',
        examples: [['0.0.0.0/0', '::/0']],
      }),
    ),
    user_id: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'A bot that the key acts as: one of yours, or with `manage_users` any. Without it the key acts as you.',
      }),
    ),
  },
  { title: 'NewApiKey' },
)
export type NewApiKey = Static<typeof NewApiKey>

const shown = {
  id: Type.String({ format: 'uuid' }),
  user_id: Type.Integer({ minimum: 1, description: 'Whom it acts as.' }),
  name: Type.String(),
  prefix: Type.String({ description: 'Its first letters, to tell keys apart.' }),
  permissions: Type.Array(ScopeName),
  ip_whitelist: Type.Array(Type.String(), { description: 'Ranges, as they are compared. Empty: from everywhere.' }),
  expires_at: Type.Union([Timestamp, Type.Null()]),
  created_at: Timestamp,
  last_used_at: Type.Union([Timestamp, Type.Null()], { description: 'To the minute.' }),
  last_used_ip: Type.Union([Type.String(), Type.Null()]),
}

export const ApiKey = Type.Object(shown, { title: 'ApiKey', description: 'A key, without the key itself.' })
export type ApiKey = Static<typeof ApiKey>

export const MadeApiKey = Type.Object(
  { ...shown, key: Type.String({ description: 'The key itself: shown this once, and kept nowhere.' }) },
  { title: 'MadeApiKey' },
)
export type MadeApiKey = Static<typeof MadeApiKey>

export const ApiKeyQuery = Type.Object({
  user_id: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Whose keys: a bot of yours, or with `manage_users` anybody. Without it your own.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(
    Type.String({ format: 'uuid', maxLength: 36, description: 'The `next_cursor` of the page before.' }),
  ),
})
export type ApiKeyQuery = Static<typeof ApiKeyQuery>

export const ApiKeyPage = Type.Object(
  { api_keys: Type.Array(ApiKey), next_cursor: Type.Union([Type.String(), Type.Null()]) },
  { title: 'ApiKeyPage' },
)
export type ApiKeyPage = Static<typeof ApiKeyPage>

export const ApiKeyPath = Type.Object({ id: KeyId })
