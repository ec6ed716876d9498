import { Elysia } from 'elysia'
import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import { requireScope, requireUnconfined } from '../../kernel/permissions.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { takeOne } from './limited.ts'

export type Guard = ReturnType<typeof createGuard>

/**
 * A plugin for routes that need an actor: `new Elysia().use(guard).get('/me', ({ actor, exchange }) => ...)`.
 * It answers 401 before the body is judged, and counts the request against its user. An API key gets through only where the route says in its `detail`, by
 * `'x-permission'`, what a key needs for it, and only with that.
 */
export function createGuard(options: {
  authenticate(token: string): Promise<{ actor: Actor; locale?: string | null }>
  limits: Limits
  rule: LimitRule
}) {
  const { authenticate, limits, rule } = options
  return new Elysia({ name: 'guard' }).derive(
    { as: 'scoped' },
    async ({ request }): Promise<{ actor: Actor; exchange: Exchange }> => {
      const exchange = exchangeOf(request)
      const { actor, locale } = await authenticate(bearer(request.headers))
      exchange.user_id = actor.id
      exchange.locale ??= localeOf(locale)
      if (exchange.open_to_confined !== true) requireUnconfined(actor)
      if (actor.scopes !== undefined && exchange.permission === undefined)
        throw new AppError('PERMISSION_DENIED', { reason: 'only for people who have signed in' })
      requireScope(actor, exchange.permission ?? [])
      await takeOne(exchange, limits, 'requests', actor.id, rule)
      return { actor: { ...actor, ip: exchange.ip, request_id: exchange.request_id }, exchange }
    },
  )
}

/** The token of `Authorization: Bearer` (RFC 6750). Throws `AUTH_REQUIRED` without one. */
export function bearer(headers: Headers): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (token === undefined) throw new AppError('AUTH_REQUIRED')
  return token
}
