/** What one user may do in a minute, over all connections: looser for some, tighter for others. */
import type { Actor } from '../../kernel/actor.ts'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import type { Limits, Taken } from './index.ts'

/** The keys of `[limits]` that say how often. 0 means no limit; `new_account_age` is in milliseconds. */
export interface RateSettings {
  max_commands_per_minute: number
  max_messages_per_minute: number
  max_reactions_per_minute: number
  max_edits_per_minute: number
  max_searches_per_minute: number
  max_typing_per_minute: number
  max_joins_per_minute: number
  max_reports_per_minute: number
  new_account_age: number
  new_account_percent: number
  moderator_percent: number
  offender_refusals: number
  offender_percent: number
}

/** The one table of rules. `commands` are all of them together. */
const rules = {
  commands: 'max_commands_per_minute',
  messages: 'max_messages_per_minute',
  reactions: 'max_reactions_per_minute',
  edits: 'max_edits_per_minute',
  searches: 'max_searches_per_minute',
  typing: 'max_typing_per_minute',
  joins: 'max_joins_per_minute',
  reports: 'max_reports_per_minute',
} as const satisfies Record<string, keyof RateSettings>

export type Action = keyof typeof rules

const window_s = 60
const offence_window_s = 600
/** Past so many, those who were refused longest ago count as reformed. */
const max_offenders_kept = 100_000

type Seen = (taken: Taken, window_s: number) => void

export interface Rates {
  /** Counts one action of a user, or is null where nothing limits it. Rejects with RATE_LIMIT_EXCEEDED. `seen` is told what is left in any case. */
  take(actor: Actor, action: Action, seen?: Seen): Promise<void> | null
  /** How many in a minute this user may do now; 0 means no limit. */
  of(actor: Actor, action: Action): number
}

/**
 * Windows are counted by user and action and outlive a change of what the user may do. Who is refused `offender_refusals` times within ten minutes is an
 * offender until ten minutes have passed without a refusal; refusals as an offender count too.
 */
export function createRates(
  limits: Limits,
  settings: RateSettings,
  { clock = systemClock, max_offenders = max_offenders_kept }: { clock?: Clock; max_offenders?: number } = {},
): Rates {
  const { new_account_age, offender_refusals } = settings
  const offenders = createOffenders(max_offenders)

  const isNew = ({ created_at }: Actor): boolean =>
    new_account_age > 0 && created_at !== undefined && clock.now().getTime() - created_at < new_account_age

  const of = (actor: Actor, action: Action): number => {
    const points = settings[rules[action]]
    if (points === 0) return 0
    let percent = 100
    if (isNew(actor)) percent *= settings.new_account_percent / 100
    if (may(actor, 'relaxed_limits')) percent *= settings.moderator_percent / 100
    if (offenders.has(actor.id, clock)) percent *= settings.offender_percent / 100
    // Rounded first, as 7 % of 100 is a little more than 7 in binary.
    return Math.max(1, Math.floor(Math.round(points * percent * 1000) / 100_000))
  }

  const noteRefusal = async ({ id }: Actor): Promise<void> => {
    if (offender_refusals === 0) return
    const refusals = { points: offender_refusals - 1, duration_s: offence_window_s }
    const often = offender_refusals === 1 || !(await limits.take('refusals', id, refusals)).allowed
    if (often || offenders.has(id, clock)) offenders.add(id, clock.now().getTime() + offence_window_s * 1000)
  }

  const count = async (actor: Actor, action: Action, points: number, seen?: Seen): Promise<void> => {
    const taken = await limits.take(action, actor.id, { points, duration_s: window_s })
    seen?.(taken, window_s)
    if (taken.allowed) return
    await noteRefusal(actor)
    throw new AppError(
      'RATE_LIMIT_EXCEEDED',
      { current_rate: taken.used, limit: taken.limit, window: window_s, action },
      Math.max(1, Math.ceil(taken.reset_ms / 1000)),
    )
  }

  return {
    of,
    take: (actor, action, seen) => {
      const points = of(actor, action)
      return points === 0 ? null : count(actor, action, points, seen)
    },
  }
}

/** Users and the milliseconds until which each is an offender; who was refused last stands last. */
function createOffenders(max_offenders: number) {
  const until = new Map<number, number>()
  return {
    has: (id: number, clock: Clock): boolean => {
      if (until.size === 0) return false
      const end = until.get(id)
      if (end === undefined) return false
      if (end > clock.now().getTime()) return true
      until.delete(id)
      return false
    },
    add: (id: number, end: number): void => {
      until.delete(id)
      const [oldest] = until.keys()
      if (until.size >= max_offenders && oldest !== undefined) until.delete(oldest)
      until.set(id, end)
    },
  }
}
