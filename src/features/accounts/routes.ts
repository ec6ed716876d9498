import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../kernel/errors.ts'
import { keyIn } from '../../kernel/idempotency.ts'
import type { Limits } from '../../platform/limits/index.ts'
import {
  exchangeOf,
  type Guard,
  limitedByAddress,
  type RefreshCookieOptions,
  refreshCookies,
  takeByAddress,
} from '../../transport/http/index.ts'
import type { Client } from './queries.ts'
import { Login, PasswordChange, Refresh, RefreshKey, Registration, SignedIn, Ticket } from './schema.ts'
import { accountAdminRoutes, passwordResetRoutes } from './reset-routes.ts'
import { secondFactorRoutes } from './second-factor-routes.ts'
import type { Accounts } from './service.ts'
import { sessionRoutes } from './session-routes.ts'

interface AccountRouteParts {
  accounts: Accounts
  guard: Guard
  limits: Limits
  /** Of `[limits]`; 0 means no limit. Refreshing has the larger one: its tokens cannot be guessed, and offices share an address. */
  rates: { max_auth_requests_per_minute: number; max_requests_per_minute: number }
  cookies: Omit<RefreshCookieOptions, 'renew'>
}

const clientOf = (request: Request): Client => {
  const { ip, user_agent, request_id } = exchangeOf(request)
  return { ip, user_agent, request_id }
}

const None = Type.Void({ description: 'Nothing.' })

/** In the body, or from the cookie. */
function given(refresh_token: string | undefined): string {
  if (refresh_token !== undefined) return refresh_token
  throw new AppError('VALIDATION_FAILED', [{ field: 'refresh_token', reason: 'is required' }])
}

export function accountRoutes({ accounts, guard, limits, rates, cookies }: AccountRouteParts) {
  const minute = (points: number) => ({ points, duration_s: 60 })

  const renewSession = async (request: Request, refresh_token: string): Promise<string> => {
    await takeByAddress(request, limits, 'refresh', minute(rates.max_requests_per_minute))
    return (await accounts.refresh(refresh_token, clientOf(request))).access_token
  }

  const signIn = new Elysia({ name: 'sign-in' })
    .use(limitedByAddress(limits, 'auth', minute(rates.max_auth_requests_per_minute)))
    .post(
      '/register',
      async ({ body, request, set }) => {
        const signedIn = await accounts.register(body, clientOf(request))
        set.status = 201
        set.headers['location'] = `/api/v1/users/${signedIn.user.id}`
        return signedIn
      },
      {
        body: Registration,
        response: { 201: SignedIn },
        detail: { summary: 'Create an account and sign in', operationId: 'auth.register' },
      },
    )
    .post('/login', ({ body, request }) => accounts.login(body, clientOf(request)), {
      body: Login,
      response: SignedIn,
      detail: { summary: 'Sign in' },
    })

  const renew = new Elysia({ name: 'renew' })
    .use(limitedByAddress(limits, 'refresh', minute(rates.max_requests_per_minute)))
    .post(
      '/refresh',
      ({ body, headers: { 'idempotency-key': key }, request }) =>
        accounts.refresh(given(body.refresh_token), clientOf(request), key === undefined ? key : keyIn(key)),
      {
        body: Refresh,
        headers: RefreshKey,
        response: SignedIn,
        detail: { summary: 'Exchange a refresh token for the next pair of tokens' },
      },
    )

  const signedIn = new Elysia({ name: 'signed-in' })
    .use(guard)
    .post('/logout', ({ actor }) => accounts.logout(actor), {
      response: None,
      detail: { summary: 'End this session', 'x-without-second-factor': true },
    })
    .post('/logout-all', ({ actor }) => accounts.logoutAll(actor), {
      response: None,
      detail: { summary: 'End all sessions', 'x-without-second-factor': true },
    })
    .post('/ws-ticket', ({ actor }) => accounts.issueTicket(actor), {
      response: Ticket,
      detail: { summary: 'A ticket that opens one socket' },
    })
    .post('/password', ({ actor, body, request }) => accounts.changePassword(actor, body, clientOf(request)), {
      body: PasswordChange,
      response: None,
      detail: { summary: 'Change the password and end all other sessions' },
    })

  const auth = new Elysia({ name: 'auth', prefix: '/auth', detail: { tags: ['auth'] } })
    .use(refreshCookies({ ...cookies, renew: renewSession }))
    .use(signIn)
    .use(renew)
    .use(signedIn)

  return new Elysia({ name: 'accounts' })
    .use(auth)
    .use(passwordResetRoutes({ accounts, limits, rule: minute(rates.max_auth_requests_per_minute) }))
    .use(sessionRoutes({ accounts, guard }))
    .use(secondFactorRoutes({ accounts, guard }))
    .use(accountAdminRoutes({ accounts, guard }))
}
