import { Elysia } from 'elysia'
import type { Actor, Caller } from '../../kernel/actor.ts'
import { credentialOf } from '../../kernel/credential.ts'
import { AppError } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import { requireScope, requireUnconfined } from '../../kernel/permissions.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { takeOne } from './limited.ts'
import { trait } from './traits.ts'

export type Guard = ReturnType<typeof createGuard>

interface Proven {
  actor: Actor
  /** As the actor sees themselves. */
  readonly user: object
  locale?: string | null
}

/** Elysia takes a type here and no interface. */
type Guarded = {
  actor: Actor
  exchange: Exchange
  /** The actor as they see themselves, read when they were proven. */
  ownView(): object
}

/**
 * A plugin for routes that need an actor: `new Elysia().use(guard).get('/me', ({ actor, exchange }) => ...)`.
 * It answers 401 before the body is judged, and counts the request against its user. An API key gets through only where the route says in its `detail`, by
 * `'x-permission'`, what a key needs for it, and only with that.
 */
export function createGuard(options: {
  authenticate(token: string, caller: Caller): Promise<Proven>
  limits: Limits
  rule: LimitRule
}) {
  const { authenticate, limits, rule } = options
  return new Elysia({ name: 'guard' }).derive(
    { as: 'scoped' },
    trait('guarded', async ({ request }: { request: Request }): Promise<Guarded> => {
      const exchange = exchangeOf(request)
      const proven = await authenticate(proof(credentialOf(request.headers)), exchange)
      const { actor, locale } = proven
      exchange.user_id = actor.id
      exchange.locale ??= localeOf(locale)
      if (exchange.open_to_confined !== true) requireUnconfined(actor)
      if (actor.scopes !== undefined && exchange.permission === undefined)
        throw new AppError('PERMISSION_DENIED', { reason: 'only for people who have signed in' })
      requireScope(actor, exchange.permission ?? [])
      await takeOne(exchange, limits, 'requests', actor.id, rule)
      return {
        actor: { ...actor, ip: exchange.ip, request_id: exchange.request_id },
        exchange,
        ownView: () => proven.user,
      }
    }),
  )
}

/** What somebody has given to prove who they are. Throws `AUTH_REQUIRED` without it. */
export function proof(credential: string | AppError | null): string {
  if (typeof credential === 'string') return credential
  throw credential ?? new AppError('AUTH_REQUIRED')
}
