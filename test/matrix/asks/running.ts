import { type Asking, type Askings, plain } from '../asking.ts'
import { room } from '../places.ts'

// Insight, administration, and what is outside of `/api/v1`.

const inRoom: Asking = {
  able: 'room owner',
  make: async (cell, { sql }) => ({ params: { id: (await room(sql, cell)).id } }),
}

const onServer = plain({}, 'admin in')

/** An account: oneself for `own`, else somebody's. */
const account = (body?: object): Asking => ({
  able: 'admin in',
  make: ({ as, asker, holder }) => ({
    params: { id: as === 'own' ? asker.id : holder.id },
    ...(body && { body }),
  }),
})

export const running: Askings = {
  'GET /rooms/{id}/stats': inRoom,
  'GET /rooms/{id}/audit': inRoom,
  'GET /admin/audit': onServer,
  'GET /admin/stats': onServer,
  'GET /admin/nodes': onServer,

  'GET /admin/users': onServer,
  'GET /admin/users/{id}': account(),
  // One that adds nothing: of others, a key must carry what they add.
  'PUT /admin/users/{id}, a role': account({ role: 'guest' }),
  'PUT /admin/users/{id}, a ban': account({ active: false }),
  'PUT /admin/users/{id}, oneself': {
    able: 'admin in',
    make: ({ asker }) => ({ params: { id: asker.id }, body: { role: 'guest' } }),
  },
  'POST /admin/users/{id}/revoke-sessions': account(),
  'POST /admin/users/{id}/password-reset': account(),
  'DELETE /admin/users/{id}/2fa': account(),
  'POST /admin/drain': onServer,

  'GET /health': plain(),
  'GET /ready': plain(),
  'GET /metrics': plain(),
  'GET /openapi.json': plain(),
  'GET /asyncapi.json': plain(),
  'GET /docs': plain(),
  'GET /docs/{file}': {
    make: async (_, { url }) => {
      const page = await (await fetch(`${url}/docs`)).text()
      const [, file = ''] = /"\/docs\/([^"]+\.css)"/.exec(page) ?? []
      return { params: { file } }
    },
  },
}
