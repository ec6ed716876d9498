import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { storable, Text } from '../../kernel/text.ts'
import { ConversationRef } from '../conversations/index.ts'

const word = (description: string) =>
  Text({
    maxLength: 100,
    pattern: storable,
    description,
    error: 'must have at most 100 characters, without NUL or lone surrogates',
  })

const wanted = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Text({ maxLength: 100, description: '`next_cursor` of the page before.' })),
  action: Type.Optional(word('Only this action, such as `room.update`.')),
}

export const GetAuditLogs = Type.Object({ ...ConversationRef, ...wanted })
export const RoomAuditQuery = Type.Object(wanted)

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

const moment = (description: string) =>
  Type.Optional(
    Text({
      pattern: '^\\d{4}-\\d\\d-\\d\\d([Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d))?$',
      description,
      error: 'must be a day or a time such as 2026-01-31 or 2026-01-31T12:00:00Z',
    }),
  )

export const ServerAuditQuery = Type.Object({
  ...wanted,
  actor_id: Type.Optional({ ...Id, description: 'Only deeds of this user.' }),
  target_type: Type.Optional(word('Only of what is a `user`, `room`, `dm`, `message`, `session`...')),
  target_id: Type.Optional(word('Only of the one with this id; needs target_type.')),
  outcome: Type.Optional(Type.Union([Type.Literal('success'), Type.Literal('failure'), Type.Literal('denied')])),
  from: moment('Not before this time; a day begins at midnight UTC.'),
  to: moment('Before this time.'),
})
export type ServerAuditQuery = Static<typeof ServerAuditQuery>

export const ServerAuditEntry = Type.Object(
  {
    ...AuditEntryView.properties,
    ip: orNull(Type.String()),
    conversation_id: orNull(Id),
    request_id: orNull(Type.String()),
  },
  { title: 'ServerAuditEntry' },
)
export type ServerAuditEntry = Static<typeof ServerAuditEntry>

export const ServerAuditPage = Type.Object(
  { logs: Type.Array(ServerAuditEntry), next_cursor: orNull(Type.String()) },
  { title: 'ServerAuditPage' },
)
export type ServerAuditPage = Static<typeof ServerAuditPage>
