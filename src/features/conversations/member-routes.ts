import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import {
  Member,
  MemberChange,
  MemberPage,
  MemberPath,
  MemberQuery,
  NewMember,
  OwnMemberChange,
} from './member-schema.ts'
import type { Reads } from './reads.ts'
import { RoomPath, roomRef } from './schema.ts'
import type { Conversations } from './service.ts'

export interface MemberRoutesParts {
  conversations: Conversations
  reads: Pick<Reads, 'markRead'>
  guard: Guard
  isOnline(user_id: number): boolean
}

export const memberRoutes = ({ conversations, reads, guard, isOnline }: MemberRoutesParts) =>
  new Elysia({ name: 'members', prefix: '/rooms/:id/members', detail: { tags: ['members'] } })
    .use(guard)
    .get(
      '',
      ({ actor, params, query }) => conversations.listMembers(actor, { room_id: roomRef(params.id) }, query, isOnline),
      {
        params: RoomPath,
        query: MemberQuery,
        response: MemberPage,
        detail: { summary: 'The members of a room', 'x-permission': 'read_messages' },
      },
    )
    .post(
      '',
      async ({ actor, params, body, set }) => {
        const member = await conversations.addMember(actor, roomRef(params.id), body, isOnline)
        set.status = 201
        set.headers['location'] = `/api/v1/rooms/${params.id}/members/${member.user_id}`
        return member
      },
      {
        params: RoomPath,
        body: NewMember,
        response: { 201: Member },
        detail: { summary: 'Make somebody a member', 'x-permission': 'manage_members' },
      },
    )
    .put(
      '/me',
      async ({ actor, params, body: { last_read_message_id: message_id, ...change } }) => {
        const room_id = roomRef(params.id)
        // First what may not be found.
        if (message_id !== undefined) (await reads.markRead(actor, { room_id, message_id })).announce()
        return conversations.changeMember(actor, room_id, 'me', change, isOnline)
      },
      {
        params: RoomPath,
        body: OwnMemberChange,
        response: Member,
        detail: { summary: 'Change the own membership', 'x-permission': ['edit_profile', 'manage_members'] },
      },
    )
    .put(
      '/:user_id',
      ({ actor, params, body }) =>
        conversations.changeMember(actor, roomRef(params.id), params.user_id, body, isOnline),
      {
        params: MemberPath,
        body: MemberChange,
        response: Member,
        detail: {
          summary: 'Change the role, mute or nickname of a member',
          'x-permission': ['manage_members', 'mute_users', 'edit_profile'],
        },
      },
    )
    .delete(
      '/:user_id',
      async ({ actor, params, set }) => {
        await conversations.removeMember(actor, roomRef(params.id), params.user_id)
        set.status = 204
      },
      { params: MemberPath, detail: { summary: 'Remove a member', 'x-permission': 'kick_users' } },
    )
