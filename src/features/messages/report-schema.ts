import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'

export const ReportDraft = Type.Object({
  reason: Text({
    minLength: 1,
    maxLength: 500,
    description: 'What is wrong with the message.',
    examples: ['advertising'],
  }),
})

export const Report = Type.Object(
  { id: Id, message_id: Id, reason: Type.String(), created_at: Timestamp },
  { title: 'Report' },
)
export type Report = Static<typeof Report>
