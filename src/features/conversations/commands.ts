import { only } from '../../kernel/only.ts'
import { encode } from '../../transport/ws/codec.ts'
import { type Command, command, join, leave, prepared, type Prepared } from '../../transport/ws/index.ts'
import { DmBlocked, DmCreated, DmJoined, DmLeft, RoomJoined, RoomLeft, RoomMembers } from './answers.ts'
import { GetMembers } from './member-schema.ts'
import { placeOf } from './place.ts'
import { BlockDm, CreateDm, JoinRoom, LeaveRoom } from './schema.ts'
import type { Conversations } from './service.ts'

/** The caller's socket has its answer before the caller's sockets are told. */
const answeredFirst = (result: object, afterwards: () => void) =>
  ({ [prepared]: { json: JSON.stringify(result), afterwards } }) satisfies Prepared

export const conversationCommands = (conversations: Conversations): Command[] => [
  command({
    type: 'join_room',
    permission: 'read_messages',
    short:
      'Joins the live feed of a conversation; a public room makes the caller a member. With since_seq, also tells what changed since.',
    data: JoinRoom,
    answers: { room_joined: RoomJoined, dm_joined: DmJoined },
    reply: null,
    limit: 'joins',
    run: async (actor, { since_seq, ...reference }, session) => {
      const as_of = session.node.hub.moment()
      const { row, tellOwn } = await conversations.enter(actor, reference)
      const type = row.kind === 'dm' ? 'dm_joined' : 'room_joined'
      const { request } = session
      // A member they are, whether or not the feed can be joined.
      await join(session, [{ place: placeOf(row), since: since_seq, as_of }], (described) =>
        encode(type, request, only(described)),
      ).finally(tellOwn)
    },
  }),
  command({
    type: 'leave_room',
    permission: 'read_messages',
    short: 'Stops the live feed of a conversation; with forget, also ends the membership.',
    data: LeaveRoom,
    answers: { room_left: RoomLeft, dm_left: DmLeft },
    reply: (result) => ('conversation_id' in result ? 'dm_left' : 'room_left'),
    run: async (actor, { forget, ...reference }, session) => {
      const row = await conversations.member(actor, reference)
      // First what may be refused: then the live feed goes on.
      const told = forget ? await conversations.forget(actor, row) : undefined
      leave(session, row.id)
      if (row.kind === 'dm') return { conversation_id: row.id }
      if (told === undefined) return { room_id: row.id }
      return answeredFirst({ room_id: row.id }, told.tellOwn)
    },
  }),
  command({
    type: 'get_members',
    permission: 'read_messages',
    short: 'A page of the members of a conversation: owners, admins, moderators, then everybody else.',
    data: GetMembers,
    answers: { room_members: RoomMembers },
    run: (actor, query, { node }) => conversations.listMembers(actor, query, query, node.isOnline),
  }),
  command({
    type: 'create_dm',
    permission: 'send_dm',
    short: 'The DM with another user; the same pair always gives the same conversation.',
    data: CreateDm,
    answers: { dm_created: DmCreated },
    limit: 'joins',
    run: (actor, wanted) => conversations.createDm(actor, wanted),
  }),
  command({
    type: 'block_dm',
    permission: 'edit_profile',
    short: 'Blocks the other person of a DM, or lifts that block; neither can write in it while one blocks the other.',
    data: BlockDm,
    answers: { dm_blocked: DmBlocked },
    run: async (actor, { conversation_id, block }) => {
      const { result, tellOwn } = await conversations.blockDm(actor, conversation_id, block)
      return answeredFirst(result, tellOwn)
    },
  }),
]
