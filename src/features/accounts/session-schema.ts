import { type Static, Type } from '@sinclair/typebox'
import { Timestamp } from '../../kernel/ids.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

const Session = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    device: Type.String({ description: 'What began it, for people.', examples: ['Firefox on Windows'] }),
    user_agent: orNull(Type.String()),
    ip: orNull(Type.String({ description: 'The address that it was begun from.', examples: ['192.0.2.1'] })),
    created_at: Timestamp,
    last_used_at: Type.String({ format: 'date-time', description: 'To a minute; of an open socket, to five.' }),
    expires_at: Type.String({ format: 'date-time', description: 'When it ends, however much it is used.' }),
    is_current: Type.Boolean({ description: 'Whether this request belongs to it.' }),
  },
  { title: 'Session' },
)

export const SessionList = Type.Object(
  { sessions: Type.Array(Session) },
  { title: 'SessionList', description: 'The one used last comes first; at most 200.' },
)
export type SessionList = Static<typeof SessionList>

export const SessionPath = Type.Object({ id: Type.String({ format: 'uuid', description: 'The id of the session.' }) })
