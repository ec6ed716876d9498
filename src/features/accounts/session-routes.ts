import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Guard } from '../../transport/http/index.ts'
import { SessionList, SessionPath } from './session-schema.ts'
import type { Accounts } from './service.ts'

const None = Type.Void({ description: 'Nothing.' })

/** No API key may: none of these says an `x-permission`. */
export const sessionRoutes = ({ accounts, guard }: { accounts: Accounts; guard: Guard }) =>
  new Elysia({ name: 'sessions', prefix: '/auth/sessions', detail: { tags: ['sessions'] } })
    .use(guard)
    .get('', ({ actor }) => accounts.listSessions(actor), {
      response: SessionList,
      detail: { summary: 'Where one is signed in' },
    })
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await accounts.endSession(actor, params.id)
        set.status = 204
      },
      { params: SessionPath, response: { 204: None }, detail: { summary: 'End a session' } },
    )
