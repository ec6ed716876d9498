import { type Asking, type Askings, plain } from '../asking.ts'
import { room } from '../places.ts'

/** Somebody: oneself, or anybody else. */
const somebody: Asking = {
  able: 'member',
  make: ({ as, asker, holder }) => ({ params: { id: as === 'own' ? asker.id : holder.id } }),
}

export const users: Askings = {
  'GET /users/me': plain(),
  // Of what is not theirs to change nothing is taken.
  'PUT /users/me': { make: ({ holder }) => ({ body: { display_name: 'A Name', id: holder.id, role: 'admin' } }) },
  'DELETE /users/me': {
    make: async (cell, { sql }) => {
      await room(sql, cell, { own: 'member' })
      return { body: { password: (cell.as === "other's" ? cell.holder : cell.asker).password } }
    },
  },
  'GET /users/me/export': plain(),
  'PUT /users/me/status': plain({ body: { status: 'away' } }),
  'GET /users/me/unread': plain(),
  'GET /users/me/blocks': plain(),
  'GET /users/search': plain({ query: { q: 'person' } }),
  'GET /users/{id}': somebody,
  'POST /users/{id}/block': somebody,
  'DELETE /users/{id}/block': somebody,
}
