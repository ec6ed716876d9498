import { Elysia } from 'elysia'
import type { Actor, Caller } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import { requireScope, requireUnconfined } from '../../kernel/permissions.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { takeOne } from './limited.ts'
import { trait } from './traits.ts'

export type Guard = ReturnType<typeof createGuard>

/**
 * A plugin for routes that need an actor: `new Elysia().use(guard).get('/me', ({ actor, exchange }) => ...)`.
 * It answers 401 before the body is judged, and counts the request against its user. An API key gets through only where the route says in its `detail`, by
 * `'x-permission'`, what a key needs for it, and only with that.
 */
export function createGuard(options: {
  authenticate(token: string, caller: Caller): Promise<{ actor: Actor; locale?: string | null }>
  limits: Limits
  rule: LimitRule
}) {
  const { authenticate, limits, rule } = options
  return new Elysia({ name: 'guard' }).derive(
    { as: 'scoped' },
    trait('guarded', async ({ request }: { request: Request }): Promise<{ actor: Actor; exchange: Exchange }> => {
      const exchange = exchangeOf(request)
      const { actor, locale } = await authenticate(credential(request.headers), exchange)
      exchange.user_id = actor.id
      exchange.locale ??= localeOf(locale)
      if (exchange.open_to_confined !== true) requireUnconfined(actor)
      if (actor.scopes !== undefined && exchange.permission === undefined)
        throw new AppError('PERMISSION_DENIED', { reason: 'only for people who have signed in' })
      requireScope(actor, exchange.permission ?? [])
      await takeOne(exchange, limits, 'requests', actor.id, rule)
      return { actor: { ...actor, ip: exchange.ip, request_id: exchange.request_id }, exchange }
    }),
  )
}

/** The token of `Authorization: Bearer` (RFC 6750). Throws `AUTH_REQUIRED` without one. */
export function bearer(headers: Headers): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (token === undefined) throw new AppError('AUTH_REQUIRED')
  return token
}

/** The token, or the API key of `X-API-Key`, which may stand in its place. Throws `AUTH_REQUIRED` without either, `VALIDATION_FAILED` with both. */
function credential(headers: Headers): string {
  const key = headers.get('x-api-key')?.trim()
  if (key === undefined) return bearer(headers)
  if (headers.has('authorization'))
    throw new AppError('VALIDATION_FAILED', [
      { field: 'X-API-Key', reason: 'give Authorization or X-API-Key, not both' },
    ])
  // What is no key is not taken for a token: whoever mixed them up should learn it.
  if (!key.startsWith('veza_ak_')) throw new AppError('INVALID_TOKEN', { reason: 'not an API key' })
  return key
}
