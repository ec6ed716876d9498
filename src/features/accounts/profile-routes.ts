import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { OwnUser } from '../users/index.ts'
import { Departure, ProfileChange } from './profile-schema.ts'
import type { Profiles } from './profile.ts'

export const profileRoutes = ({ profiles, guard }: { profiles: Profiles; guard: Guard }) =>
  new Elysia({ name: 'profile', prefix: '/users/me', detail: { tags: ['users'] } })
    .use(guard)
    .put('', ({ actor, exchange, body }) => profiles.change(actor, body, exchange), {
      body: ProfileChange,
      response: OwnUser,
      detail: { summary: 'Change the own profile', 'x-permission': 'edit_profile' },
    })
    .delete('', ({ actor, exchange, body }) => profiles.leave(actor, body, exchange), {
      body: Departure,
      response: { 204: Type.Void({ description: 'The account is gone.' }) },
      detail: { summary: 'Delete the own account, for good' },
    })
