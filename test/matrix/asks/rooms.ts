import { type Asking, type Askings, plain } from '../asking.ts'
import type { Standing } from '../columns.ts'
import { invite, room } from '../places.ts'

/** A room, of which `own` is the owner. */
const aRoom = (body?: object, able: Standing = 'room owner'): Asking => ({
  able,
  make: async (cell, { sql }) => ({ params: { id: (await room(sql, cell)).id }, ...(body && { body }) }),
})

/** Somebody in a room: oneself for `own`, else a plain member. */
const aMember = (body?: object): Asking => ({
  able: 'room owner',
  make: async (cell, { sql }) => {
    const { id } = await room(sql, cell, { own: 'member' })
    const user_id = cell.as === 'own' ? cell.asker.id : cell.bystander.id
    return { params: { id, user_id }, ...(body && { body }) }
  },
})

/** The code of an invite: for `other's` one that was revoked. Guests have not joined yet. */
const aCode = (able: Standing): Asking => ({
  able,
  make: async (cell, { sql }) => {
    const made = await room(sql, cell, { guest: 'beside' })
    return { params: { code: await invite(sql, made, { revoked: cell.as === "other's" }) } }
  },
})

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

export const rooms: Askings = {
  'GET /rooms': plain(),
  'POST /rooms': plain({ body: { name: 'A room', is_public: true } }),
  'GET /rooms/{id}': aRoom(),
  'PUT /rooms/{id}': aRoom({ topic: 'Tea' }),
  'DELETE /rooms/{id}': aRoom(),
  'POST /rooms/{id}/archive': aRoom({ archived: true }),
  'POST /rooms/{id}/join': {
    able: 'user',
    make: async (cell, { sql }) => ({ params: { id: (await room(sql, cell, { guest: 'beside' })).id } }),
  },
  'POST /rooms/{id}/leave': aRoom(undefined, 'member'),
  'POST /rooms/{id}/invites': aRoom({}),
  'GET /rooms/{id}/invites': aRoom(),
  'DELETE /rooms/{id}/invites/{code}': {
    able: 'room owner',
    make: async (cell, { sql }) => {
      const made = await room(sql, cell)
      return { params: { id: made.id, code: await invite(sql, made) } }
    },
  },
  'GET /invites/{code}': aCode('member'),
  'POST /invites/{code}/accept': aCode('user'),
  'GET /rooms/{id}/members': aRoom(),
  'POST /rooms/{id}/members': {
    able: 'room owner',
    make: async (cell, server) => {
      const { id } = await room(server.sql, cell)
      const [made] = await server.sql<{ id: number }[]>`
        insert into users (username) values (${`new-${crypto.randomUUID().slice(0, 18)}`}) returning id`
      return { params: { id }, body: { user_id: made?.id } }
    },
  },
  'PUT /rooms/{id}/members/me': aRoom({ nickname: 'Me' }),
  'PUT /rooms/{id}/members/{user_id}, a mute': aMember({ muted_until: tomorrow() }),
  'PUT /rooms/{id}/members/{user_id}, a role': aMember({ role: 'moderator' }),
  'PUT /rooms/{id}/members/{user_id}, a nickname': aMember({ nickname: 'You' }),
  'DELETE /rooms/{id}/members/{user_id}': aMember(),
}
