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

/** The page is the same whatever is named: what one may read of it, the API says. */
const at = (params: Record<string, string | number>): Asking => ({ make: () => ({ params }) })

const styleOf = (page: string, pattern: RegExp): Asking => ({
  make: async (_, { url }) => {
    const [, file = ''] = pattern.exec(await (await fetch(`${url}${page}`)).text()) ?? []
    return { params: { file } }
  },
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
  'GET /docs/{file}': styleOf('/docs', /"\/docs\/([^"]+\.css)"/),
  'GET /': plain(),
  'GET /c/{ref}': at({ ref: 'general' }),
  'GET /c/{ref}/{message}': at({ ref: 'general', message: 1 }),
  'GET /c/{ref}/thread/{message}': at({ ref: 'general', message: 1 }),
  'GET /c/{ref}/thread/{message}/{reply}': at({ ref: 'general', message: 1, reply: 2 }),
  'GET /join/{code}': at({ code: 'abc' }),
  'GET /reset': plain(),
  'GET /admin': plain(),
  'GET /admin/{part}': at({ part: 'people' }),
  'GET /admin/{part}/{id}': at({ part: 'people', id: 1 }),
  'GET /settings': plain(),
  'GET /settings/{part}': at({ part: 'profile' }),
  'GET /sign-in': plain(),
  'GET /sign-up': plain(),
  'GET /playground': plain(),
  'GET /assets/{file}': styleOf('/', /"\/assets\/([^"]+\.css)"/),
  'GET /widget.js': plain(),
}
