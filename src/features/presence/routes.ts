import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { StatusUpdated, UpdateStatus } from './schema.ts'
import type { PresenceService } from './service.ts'

export const statusRoutes = ({ presence, guard }: { presence: Pick<PresenceService, 'chooseStatus'>; guard: Guard }) =>
  new Elysia({ name: 'status', prefix: '/users/me', detail: { tags: ['users'] } })
    .use(guard)
    .put('/status', ({ actor, body }) => presence.chooseStatus(actor, body), {
      body: UpdateStatus,
      response: StatusUpdated,
      detail: { summary: 'Choose how the caller looks to others', 'x-permission': 'edit_profile' },
    })
