import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { UserPath } from '../users/index.ts'
import { BlockPage, BlockQuery } from './block-schema.ts'
import type { Conversations } from './service.ts'

export const blockRoutes = ({ conversations, guard }: { conversations: Conversations; guard: Guard }) =>
  new Elysia({ name: 'blocks', prefix: '/users', detail: { tags: ['users'] } })
    .use(guard)
    .get('/me/blocks', ({ actor, query }) => conversations.blocks(actor, query), {
      query: BlockQuery,
      response: BlockPage,
      detail: { summary: 'Whom the caller has blocked', 'x-permission': 'edit_profile' },
    })
    .post('/:id/block', ({ actor, params }) => conversations.blockUser(actor, params.id, true), {
      params: UserPath,
      response: { 204: Type.Void({ description: 'Blocked.' }) },
      detail: { summary: 'Block somebody', 'x-permission': 'edit_profile' },
    })
    .delete('/:id/block', ({ actor, params }) => conversations.blockUser(actor, params.id, false), {
      params: UserPath,
      response: { 204: Type.Void({ description: 'Not blocked by the caller any more.' }) },
      detail: { summary: 'Lift the own block of somebody', 'x-permission': 'edit_profile' },
    })
