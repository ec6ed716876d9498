import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { ConversationRef } from '../conversations/index.ts'

export const GetAuditLogs = Type.Object({
  ...ConversationRef,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 100, description: '`next_cursor` of the page before.' })),
  action: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[^\\u0000\\ud800-\\udfff]*$',
      description: 'Only this action, such as `room.update`.',
      error: 'must have at most 100 characters, without NUL or lone surrogates',
    }),
  ),
})

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

export const AuditEntryView = Type.Object(
  {
    id: Id,
    at: Timestamp,
    actor_id: orNull(Id),
    actor_username: orNull(Type.String()),
    action: Type.String({ description: 'One of docs/audit.md.' }),
    target_type: orNull(Type.String()),
    target_id: orNull(Type.String()),
    outcome: Type.Union([Type.Literal('success'), Type.Literal('failure'), Type.Literal('denied')]),
    details: Type.Record(Type.String(), Type.Unknown()),
    ip: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'Only for those who may view audit logs on the whole server.',
      }),
    ),
  },
  { title: 'AuditEntry' },
)
export type AuditEntryView = Static<typeof AuditEntryView>

export const AuditLogs = Type.Object({
  room_id: Type.Optional(Id),
  conversation_id: Type.Optional(Id),
  logs: Type.Array(AuditEntryView),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
})
