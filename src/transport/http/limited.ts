import { Elysia } from 'elysia'
import { AppError } from '../../kernel/errors.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { addressKey } from './peer.ts'
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
  const shown = exchange.limit
  if (!taken.allowed || shown === undefined || taken.remaining < shown.remaining) {
    exchange.limit = { ...taken, name, window_s: rule.duration_s }
  }
  if (taken.allowed) return
  const details = { current_rate: taken.used, limit: taken.limit, window: rule.duration_s, action: name }
  throw new AppError('RATE_LIMIT_EXCEEDED', details, Math.ceil(taken.reset_ms / 1000))
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
