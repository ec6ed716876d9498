import { Elysia } from 'elysia'
import type { Guard } from '../../transport/http/index.ts'
import { OwnUser, PublicUser, UserPath } from './schema.ts'
import type { Users } from './service.ts'

export const userRoutes = ({ users, guard }: { users: Users; guard: Guard }) =>
  new Elysia({ name: 'users', prefix: '/users', detail: { tags: ['users'] } })
    .use(guard)
    .get('/me', ({ ownView }) => ownView() as OwnUser, {
      response: OwnUser,
      detail: { summary: 'The user who asks', 'x-permission': 'read_messages', 'x-without-second-factor': true },
    })
    .get('/:id', ({ params }) => users.find(params.id), {
      params: UserPath,
      response: PublicUser,
      detail: { summary: 'A user', 'x-permission': 'read_messages' },
    })
