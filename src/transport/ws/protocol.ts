import { type TSchema, Type } from '@sinclair/typebox'

import { errors } from '../../kernel/errors.ts'
import { Id, RoomRef, Timestamp } from '../../kernel/ids.ts'
import { Authenticate } from './authenticate.ts'
import type { EventSpec } from './command.ts'

/** The shapes of what the transport itself takes and says; the rest of the protocol is declared by features. */

export interface Exchange {
  type: string
  short: string
  data: TSchema
  answers: Readonly<Record<string, TSchema>>
}

const Anything = Type.Object({}, { additionalProperties: true })
const Limit = Type.Integer({ minimum: 0, description: '0: no limit.' })

const nothing_there = [
  Type.Literal('ROOM_NOT_FOUND'),
  Type.Literal('CONVERSATION_NOT_FOUND'),
  Type.Literal('PERMISSION_DENIED'),
]

/** What schemas of features name by `Type.Ref`. */
export const ownShapes: TSchema[] = [
  Type.Object(
    { room_id: Type.Optional(RoomRef), conversation_id: Type.Optional(Id), error: Type.Union(nothing_there) },
    {
      title: 'NotThere',
      description:
        'In place of a conversation that the caller is not in, as it was named; PERMISSION_DENIED for a public room.',
    },
  ),
]

const AuthSuccess = Type.Object({
  user_id: Id,
  username: Type.String(),
  role: Type.Ref('Role'),
  session_id: Type.String(),
  server_time: Timestamp,
  user: Type.Ref('OwnUser'),
  expires_at: Timestamp,
  heartbeat_interval: Type.Number({ description: 'Seconds.' }),
  limits: Type.Object({ max_message_length: Limit, max_messages_per_minute: Limit, max_file_size: Limit }),
  resumed: Type.Optional(
    Type.Array(Type.Union([Type.Ref('RoomState'), Type.Ref('DmState'), Type.Ref('NotThere')]), {
      description: 'For each of `resume`, in order.',
    }),
  ),
  memberships: Type.Optional(Type.Array(Type.Ref('Membership'))),
})

const Reason = Type.Object({ field: Type.String(), reason: Type.String() }, { title: 'FieldReason' })

const ErrorData = Type.Object(
  {
    code: Type.Union(Object.keys(errors).map((code) => Type.Literal(code))),
    message: Type.String({ description: 'For people, in their language.' }),
    severity: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]),
    retry_after: Type.Union([Type.Integer(), Type.Null()], { description: 'Seconds.' }),
    details: Type.Optional(Type.Union([Anything, Type.Array(Reason)])),
    action: Type.Union([Type.String(), Type.Null()], { description: 'The type of the command.' }),
  },
  { title: 'ErrorData' },
)

const Timed = Type.Optional(Type.Union([Type.String(), Type.Number()]))

export const Ping = Type.Object({ timestamp: Timed })

export const ownCommands: Exchange[] = [
  {
    type: 'authenticate',
    short: 'Says who connects, or renews the token of a connection.',
    data: Authenticate,
    answers: { auth_success: AuthSuccess, auth_error: ErrorData },
  },
  {
    type: 'ping',
    short: 'Asks whether the server is there.',
    data: Ping,
    answers: { pong: Type.Object({ timestamp: Timed, server_time: Timestamp }) },
  },
  {
    type: 'disconnect',
    short: 'Closes the connection with 1000.',
    data: Type.Object({ reason: Type.Optional(Type.String()) }),
    answers: {},
  },
]

export const ownEvents: EventSpec[] = [
  { type: 'error', short: 'A frame was refused; as an answer it carries the id of the command.', data: ErrorData },
  {
    type: 'token_expiring',
    short: 'The token ends in a minute, or the user has another role now: authenticate again.',
    data: Type.Object({ expires_at: Timestamp }),
  },
  {
    type: 'resync',
    short: 'Events were lost that cannot be told again: join with the last seq you have.',
    data: Type.Object({ room_id: Type.Optional(Id), conversation_id: Type.Optional(Id), seq: Type.Integer() }),
  },
  {
    type: 'server_draining',
    short: 'The server is about to stop: reconnect after so many milliseconds.',
    data: Type.Object({ reconnect_in_ms: Type.Integer() }),
  },
]
