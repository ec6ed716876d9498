import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { DisplayName, Username } from '../accounts/index.ts'
import { RoleName } from '../users/index.ts'

const ShownName = Type.Unsafe<string>({
  ...DisplayName,
  description: 'What people see in place of the username.',
  examples: ['Deploy notices'],
})

export const NewBot = Type.Object(
  {
    username: Type.Unsafe<string>({ ...Username, examples: ['deploybot'] }),
    display_name: Type.Optional(Type.Union([ShownName, Type.Null()])),
  },
  { title: 'NewBot' },
)
export type NewBot = Static<typeof NewBot>

/** What is named is changed. */
export const BotChange = Type.Object(
  {
    username: Type.Optional(Type.Unsafe<string>(Username)),
    display_name: Type.Optional(Type.Union([ShownName, Type.Null()])),
  },
  { title: 'BotChange' },
)
export type BotChange = Static<typeof BotChange>

export const Bot = Type.Object(
  {
    id: Id,
    username: Type.String(),
    display_name: Type.Union([Type.String(), Type.Null()]),
    role: RoleName,
    is_bot: Type.Literal(true),
    owner_id: Type.Union([Id, Type.Null()], { description: 'Whose it is.' }),
    created_at: Timestamp,
  },
  { title: 'Bot', description: 'A user that a program acts as, with an API key.' },
)
export type Bot = Static<typeof Bot>

export const BotQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The `next_cursor` of the page before.',
    }),
  ),
})
export type BotQuery = Static<typeof BotQuery>

export const BotPage = Type.Object(
  { bots: Type.Array(Bot), next_cursor: Type.Union([Type.Integer(), Type.Null()]) },
  { title: 'BotPage' },
)
export type BotPage = Static<typeof BotPage>

export const BotPath = Type.Object({ id: Id })
