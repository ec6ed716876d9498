import { type Static, Type } from '@sinclair/typebox'

import { Id, Timestamp } from '../../kernel/ids.ts'
import { ConversationRef } from '../conversations/index.ts'

const shown = [Type.Literal('online'), Type.Literal('away'), Type.Literal('busy')] as const
const Chosen = Type.Union([...shown, Type.Literal('invisible')], { title: 'ChosenStatus' })
export type Chosen = Static<typeof Chosen>

const Words = Type.Union([Type.String(), Type.Null()], { description: 'What the user says beside the status.' })

export const UpdateStatus = Type.Object({
  status: Chosen,
  message: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'At most 128 characters; left out, the message stays, and empty or null clears it.',
    }),
  ),
})
export type UpdateStatus = Static<typeof UpdateStatus>

export const StatusUpdated = Type.Object({ status: Chosen, message: Words })
export type StatusUpdated = Static<typeof StatusUpdated>

export const GetPresence = Type.Object({ user_ids: Type.Array(Id, { minItems: 1, maxItems: 200 }) })

/** One user's presence, as an answer and as an event. */
export const UserPresence = Type.Object(
  {
    user_id: Id,
    username: Type.String(),
    status: Type.Union([...shown, Type.Literal('invisible'), Type.Literal('offline')], {
      description: 'Others see offline instead of invisible.',
    }),
    message: Words,
    last_seen: Type.Union([Timestamp, Type.Null()], { description: 'When the last visit ended.' }),
    current_room: Type.Union([Id, Type.Null()], {
      description: "The public room that one of the user's connections joined last.",
    }),
  },
  { title: 'UserPresence' },
)
export type UserPresence = Static<typeof UserPresence>

export const Presence = Type.Object({ users: Type.Array(UserPresence) })

export const TypingPlace = Type.Object(ConversationRef)

export const Typing = Type.Object(
  {
    room_id: Type.Optional(Id),
    conversation_id: Type.Optional(Id),
    user_id: Id,
    username: Type.String(),
  },
  { title: 'Typing' },
)
