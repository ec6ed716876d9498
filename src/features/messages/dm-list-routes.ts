import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { DmPath, ListDms } from '../conversations/index.ts'
import { Dm, Dms } from './reading-schema.ts'
import type { Messages } from './service.ts'

export interface DmListRouteParts {
  messages: Messages
  guard: Guard
  isOnline(user_id: number): boolean
}

/** DMs with their last messages. What else there is to DMs, the conversations feature has. */
export const dmListRoutes = ({ messages, guard, isOnline }: DmListRouteParts) =>
  new Elysia({ name: 'dm-list', prefix: '/conversations', detail: { tags: ['conversations'] } })
    .use(guard)
    .get('', ({ actor, query }) => messages.listDms(actor, query, isOnline), {
      query: ListDms,
      response: Dms,
      detail: { summary: 'DMs of the caller, the one with the newest message first', 'x-permission': 'read_messages' },
    })
    .get('/:id', ({ actor, params }) => messages.dm(actor, params.id, isOnline), {
      params: DmPath,
      response: Dm,
      detail: { summary: 'A DM of the caller', 'x-permission': 'read_messages' },
    })
