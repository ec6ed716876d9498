import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import { countedAs } from '../../transport/http/index.ts'
import { Invite, InviteDraft, InvitePage, InvitePath, InvitePreview, InviteQuery, RoomInvitePath } from './invite-schema.ts' // prettier-ignore
import type { RoomRouteParts } from './routes.ts'
import { Room, RoomPath, roomRef } from './schema.ts'

export const inviteRoutes = ({ conversations, guard, rates }: RoomRouteParts) =>
  new Elysia({ name: 'invites', detail: { tags: ['rooms'] } })
    .use(guard)
    .post(
      '/rooms/:id/invites',
      async ({ actor, params, body, set }) => {
        const invite = await conversations.createInvite(actor, roomRef(params.id), body)
        set.status = 201
        set.headers['location'] = `/api/v1/invites/${invite.code}`
        return invite
      },
      {
        params: RoomPath,
        body: InviteDraft,
        response: { 201: Invite },
        detail: { summary: 'Make an invite to a room', 'x-permission': 'create_invites' },
      },
    )
    .get(
      '/rooms/:id/invites',
      ({ actor, params, query }) => conversations.listInvites(actor, roomRef(params.id), query),
      {
        params: RoomPath,
        query: InviteQuery,
        response: InvitePage,
        detail: { summary: 'The invites of a room that can be used', 'x-permission': 'create_invites' },
      },
    )
    .delete(
      '/rooms/:id/invites/:code',
      ({ actor, params }) => conversations.revokeInvite(actor, roomRef(params.id), params.code),
      {
        params: RoomInvitePath,
        response: { 204: Type.Void({ description: 'Nobody comes in by it any more.' }) },
        detail: { summary: 'Revoke an invite', 'x-permission': 'create_invites' },
      },
    )
    .get('/invites/:code', ({ actor, params }) => conversations.previewInvite(actor, params.code), {
      params: InvitePath,
      response: InvitePreview,
      detail: { summary: 'Where an invite leads', 'x-permission': 'read_messages' },
    })
    .post('/invites/:code/accept', ({ actor, params }) => conversations.acceptInvite(actor, params.code), {
      params: InvitePath,
      response: Room,
      beforeHandle: countedAs(rates, 'joins'),
      detail: { summary: 'Become a member by an invite', 'x-permission': 'join_rooms' },
    })
