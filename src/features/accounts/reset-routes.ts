import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { LimitRule, Limits } from '../../platform/limits/index.ts'
import { exchangeOf, type Guard, limitedByAddress } from '../../transport/http/index.ts'
import { AccountPath, ForgotAnswer, ForgottenPassword, PasswordReset, ResetToken } from './reset-schema.ts'
import type { Accounts } from './service.ts'

const None = Type.Void({ description: 'Nothing.' })

/** For who cannot sign in, under the limit of signing in. */
export const passwordResetRoutes = (parts: { accounts: Accounts; limits: Limits; rule: LimitRule }) =>
  new Elysia({ name: 'password-reset', prefix: '/auth/password', detail: { tags: ['auth'] } })
    .use(limitedByAddress(parts.limits, 'auth', parts.rule))
    .post(
      '/forgot',
      ({ body, request, set }) => {
        set.status = 202
        return parts.accounts.forgotPassword(body.username, exchangeOf(request))
      },
      {
        body: ForgottenPassword,
        response: { 202: ForgotAnswer },
        detail: { summary: 'Let administrators know of a forgotten password' },
      },
    )
    .post(
      '/reset',
      async ({ body, request, set }) => {
        await parts.accounts.resetPassword(body, exchangeOf(request))
        set.status = 204
      },
      {
        body: PasswordReset,
        response: { 204: None },
        detail: { summary: 'Set a new password by a token, and end all sessions' },
      },
    )

/** No API key may: whoever gives out new passwords could become anybody. */
export const accountAdminRoutes = ({ accounts, guard }: { accounts: Accounts; guard: Guard }) =>
  new Elysia({ name: 'account-admin', prefix: '/admin/users/:id', detail: { tags: ['admin'] } })
    .use(guard)
    .post('/password-reset', ({ actor, params }) => accounts.issueReset(actor, params.id), {
      params: AccountPath,
      response: ResetToken,
      detail: { summary: 'A token by which a user sets a new password' },
    })
    .delete(
      '/2fa',
      async ({ actor, params, set }) => {
        await accounts.dropSecondFactor(actor, params.id)
        set.status = 204
      },
      {
        params: AccountPath,
        response: { 204: None },
        detail: { summary: 'Take away the second factor of a user who lost it' },
      },
    )
