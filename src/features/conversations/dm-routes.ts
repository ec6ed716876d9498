import { Elysia } from 'elysia'

import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { Block, Blocked, DmDraft, DmPath, OpenedDm } from './dm-schema.ts'
import type { Conversations } from './service.ts'

export interface DmRouteParts {
  conversations: Conversations
  guard: Guard
  rates: Rates
}

export const dmRoutes = ({ conversations, guard, rates }: DmRouteParts) =>
  new Elysia({ name: 'dms', prefix: '/conversations', detail: { tags: ['conversations'] } })
    .use(guard)
    .post(
      '',
      async ({ actor, body, set }) => {
        const { dm, created } = await conversations.openDm(actor, body)
        if (!created) return dm
        set.status = 201
        set.headers['location'] = `/api/v1/conversations/${dm.conversation_id}`
        return dm
      },
      {
        body: DmDraft,
        response: { 200: OpenedDm, 201: OpenedDm },
        beforeHandle: countedAs(rates, 'joins'),
        detail: { summary: 'The DM with another user', 'x-permission': 'send_dm' },
      },
    )
    .post(
      '/:id/block',
      async ({ actor, params, body }) => {
        const { result, tellOwn } = await conversations.blockDm(actor, params.id, body.blocked)
        tellOwn()
        return result
      },
      {
        params: DmPath,
        body: Block,
        response: Blocked,
        detail: { summary: 'Block the other person of a DM, or lift that block', 'x-permission': 'edit_profile' },
      },
    )
