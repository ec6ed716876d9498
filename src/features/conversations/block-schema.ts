import { type Static, Type } from '@sinclair/typebox'

import { Timestamp } from '../../kernel/ids.ts'
import { Cursor, NextCursor, PublicUser } from '../users/index.ts'

export const BlockQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Cursor),
})
export type BlockQuery = Static<typeof BlockQuery>

export const BlockPage = Type.Object(
  { blocks: Type.Array(Type.Object({ user: PublicUser, blocked_at: Timestamp })), next_cursor: NextCursor },
  { title: 'BlockPage' },
)
export type BlockPage = Static<typeof BlockPage>
