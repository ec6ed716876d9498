import { Elysia } from 'elysia'

import { AppError } from '../../kernel/errors.ts'

/** Where the features of later versions will live, and the key of `[features]` that each will have. */
const planned = {
  'auth/email/verify': 'email',
  files: 'file_uploads',
  webhooks: 'webhooks',
  push: 'push_notifications',
}

/** Whether a route, such as `/api/v1/files/*`, is one of these: then it does not matter what a body is made of. */
export const isPlanned = (route: string): boolean =>
  Object.keys(planned).some((path) => route === `/api/v1/${path}` || route === `/api/v1/${path}/*`)

/** Answers FEATURE_DISABLED there, on or off by configuration, so that a client can tell "not here" from a wrong address. */
export function plannedRoutes() {
  const app = new Elysia({ name: 'planned', detail: { hide: true } })
  for (const [path, feature] of Object.entries(planned)) {
    const refuse = () => {
      throw new AppError('FEATURE_DISABLED', { feature })
    }
    for (const at of [`/${path}`, `/${path}/*`]) app.get(at, refuse).post(at, refuse).put(at, refuse).delete(at, refuse)
  }
  return app
}
