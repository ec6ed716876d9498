import { type TSchema, Type } from '@sinclair/typebox'

import { errors } from '../../kernel/errors.ts'
import { Id, Timestamp } from '../../kernel/ids.ts'
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

const AuthSuccess = Type.Object({
  user_id: Id,
  username: Type.String(),
  role: Type.String(),
  session_id: Type.String(),
  server_time: Timestamp,
  user: Anything,
  expires_at: Timestamp,
  heartbeat_interval: Type.Number({ description: 'Seconds.' }),
  limits: Type.Object({ max_message_length: Limit, max_messages_per_minute: Limit, max_file_size: Limit }),
  resumed: Type.Optional(
    Type.Array(Anything, { description: 'For each of `resume`, in order: as room_joined, or with `error`.' }),
  ),
  memberships: Type.Optional(Type.Array(Anything)),
})

const ErrorData = Type.Object({
  code: Type.Union(Object.keys(errors).map((code) => Type.Literal(code))),
  message: Type.String({ description: 'For people, in their language.' }),
  severity: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]),
  retry_after: Type.Union([Type.Integer(), Type.Null()], { description: 'Seconds.' }),
  details: Type.Optional(Type.Union([Anything, Type.Array(Anything)])),
  action: Type.Union([Type.String(), Type.Null()], { description: 'The type of the command.' }),
})

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
    short: 'The token ends in a minute: authenticate with a new one.',
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
