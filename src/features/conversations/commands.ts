import { only } from '../../kernel/only.ts'
import { encode } from '../../transport/ws/codec.ts'
import { type Command, command, join, leave } from '../../transport/ws/index.ts'
import { CreateDm, JoinRoom, LeaveRoom } from './schema.ts'
import { type Conversations, placeOf } from './service.ts'

export const conversationCommands = (conversations: Conversations): Command[] => [
  command({
    type: 'join_room',
    short:
      'Joins the live feed of a conversation; a public room makes the caller a member. With since_seq, also tells what changed since.',
    data: JoinRoom,
    reply: null,
    limit: 'joins',
    run: async (actor, { since_seq, ...reference }, session) => {
      const row = await conversations.enter(actor, reference)
      const type = row.kind === 'dm' ? 'dm_joined' : 'room_joined'
      const { request } = session
      await join(session, [{ place: placeOf(row), since: since_seq }], (described) =>
        encode(type, request, only(described)),
      )
    },
  }),
  command({
    type: 'leave_room',
    short: 'Stops the live feed of a conversation; with forget, also ends the membership.',
    data: LeaveRoom,
    reply: (result) => ('conversation_id' in result ? 'dm_left' : 'room_left'),
    run: async (actor, { forget, ...reference }, session) => {
      const row = await conversations.member(actor, reference)
      // First what may be refused: then the live feed goes on.
      if (forget) await conversations.forget(actor, row)
      leave(session, row.id)
      return row.kind === 'dm' ? { conversation_id: row.id } : { room_id: row.id }
    },
  }),
  command({
    type: 'create_dm',
    short: 'The DM with another user; the same pair always gives the same conversation.',
    data: CreateDm,
    reply: 'dm_created',
    limit: 'joins',
    run: (actor, wanted) => conversations.createDm(actor, wanted),
  }),
]
