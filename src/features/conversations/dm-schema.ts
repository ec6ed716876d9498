import { Type } from '@sinclair/typebox'

import { Id } from '../../kernel/ids.ts'
import { titled } from '../../kernel/titled.ts'
import { DmBlocked, DmCreated } from './answers.ts'

export const DmPath = Type.Object({ id: Type.Integer({ ...Id, description: 'The id of the conversation.' }) })

export const DmDraft = Type.Object({
  user_id: Type.Integer({ ...Id, description: 'The other person; oneself for notes.', examples: [2] }),
})

export const Block = Type.Object({
  blocked: Type.Boolean({ description: "`false` lifts one's own block." }),
})

export const OpenedDm = titled(DmCreated, 'DmCreated')
export const Blocked = titled(DmBlocked, 'DmBlocked')
