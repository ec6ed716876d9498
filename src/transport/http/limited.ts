import { Elysia } from 'elysia'
import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import {
  type Action,
  addressKey,
  type Limits,
  type LimitRule,
  type Rates,
  type Taken,
} from '../../platform/limits/index.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { trait } from './traits.ts'

/** Takes one from a limit for this request, and shows the tightest of its limits in the answer. */
export async function takeOne(
  exchange: Exchange,
  limits: Limits,
  name: string,
  key: string | number,
  rule: LimitRule,
): Promise<void> {
  const taken = await limits.take(name, key, rule)
  if (taken.limit === 0) return
  show(exchange, name, taken, rule.duration_s)
  if (taken.allowed) return
  const details = { current_rate: taken.used, limit: taken.limit, window: rule.duration_s, action: name }
  throw new AppError('RATE_LIMIT_EXCEEDED', details, Math.ceil(taken.reset_ms / 1000))
}

function show(exchange: Exchange, name: string, taken: Taken, window_s: number): void {
  const shown = exchange.limit
  if (!taken.allowed || shown === undefined || taken.remaining < shown.remaining)
    exchange.limit = { ...taken, name, window_s }
}

/**
 * For `beforeHandle` of a route behind the guard: counts the request as one action of its user, together with what they do over the WebSocket. As there, what does
 * not fit its schema is not counted.
 */
export const countedAs =
  (rates: Rates, action: Action) =>
  async ({ actor, exchange }: { actor: Actor; exchange: Exchange }): Promise<void> => {
    await rates.take(actor, action, (taken, window_s) => show(exchange, action, taken, window_s))
  }

/** Limits the routes that use it, per client address. */
export const limitedByAddress = (limits: Limits, name: string, rule: LimitRule) =>
  new Elysia({ name: `limited-by-address:${name}`, seed: {} }).onTransform(
    { as: 'scoped' },
    trait('limited', ({ request }: { request: Request }) => takeByAddress(request, limits, name, rule)),
  )

/** Takes one from a limit per client address. */
export const takeByAddress = (request: Request, limits: Limits, name: string, rule: LimitRule): Promise<void> => {
  const exchange = exchangeOf(request)
  return takeOne(exchange, limits, name, addressKey(exchange.ip), rule)
}
