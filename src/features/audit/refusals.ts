import type { RefusedEntry } from '../../kernel/audit.ts'
import type { ErrorCode } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { inRounds } from '../../kernel/rounds.ts'
import { TimedOut, within } from '../../kernel/within.ts'
import { isConnectionError, isShortage, type Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { RefusalRow } from './queries.ts'

export interface RefusalLimits {
  /** Of one user or address, for one action and one error. 0 means no limit, here and below. */
  max_audited_refusals_per_minute: number
  /** Of everybody on this node: as many of those who have signed in, and as many of others. */
  max_audited_refusals_total_per_minute: number
}

export interface RefusalParts {
  sql: Sql
  log: Log
  limits: RefusalLimits
  /** Milliseconds of a clock that only goes forward. */
  now?(): number
}

const window_ms = 60_000
const max_waiting = 5_000
/** The driver may never settle a query whose connection was lost: rather twice in the trail than not at all. */
const patience_ms = 30_000
/** Of how many users and addresses the windows are kept apart. */
const max_keys = 20_000

/**
 * Refusals on their way to the trail: counted, held for a moment, written together. None waits for the database, none is written beyond the limits, and how many
 * were left out is written at the end of the minute.
 */
export function createRefusals({ sql, log, limits, now = () => performance.now() }: RefusalParts) {
  const most = limits.max_audited_refusals_per_minute || Infinity
  const most_in_all = limits.max_audited_refusals_total_per_minute || Infinity
  let waiting: RefusalRow[] = []
  let window = { ends: 0, counts: new Map<string, number>(), known: 0, strangers: 0 }
  let omitted = new Map<string, number>()

  function isWithinLimits(key: string, code: string, stranger: boolean): boolean {
    const count = (window.counts.get(key) ?? 0) + 1
    // Being too fast is one fact a minute, however often it is told.
    if (count > (code === ('RATE_LIMIT_EXCEEDED' satisfies ErrorCode) ? 1 : most)) return false
    if ((stranger ? window.strangers : window.known) >= most_in_all) return false
    if (waiting.length >= max_waiting || (count === 1 && window.counts.size >= max_keys)) return false
    window.counts.set(key, count)
    if (stranger) window.strangers++
    else window.known++
    return true
  }

  function turn(): void {
    const time = now()
    if (time < window.ends) return
    window = { ends: time + window_ms, counts: new Map(), known: 0, strangers: 0 }
    if (omitted.size === 0) return
    const details = { refusals: Object.fromEntries(omitted) }
    omitted = new Map()
    waiting.push({ ...nobody, at: new Date().toISOString(), action: 'audit.omit', outcome: 'success', details })
  }

  const omit = (code: string, count = 1) => omitted.set(code, (omitted.get(code) ?? 0) + count)

  async function write(): Promise<void> {
    turn()
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    await within(patience_ms, queries.recordRefusals(sql, rows)).catch((error: unknown) => {
      if (isConnectionError(error) || isShortage(error) || error instanceof TimedOut) {
        waiting = [...rows, ...waiting]
        return
      }
      omit('unwritten', rows.length)
      log.error('Refusals could not be written down', { error, refusals: rows.length })
    })
  }

  return {
    add: ({ actor, action, outcome = 'denied', target, details, ...rest }: RefusedEntry, room?: string): void => {
      turn()
      const ip = actor?.ip ?? rest.ip ?? null
      const code = rest.error?.code ?? ''
      const who = actor === null ? `${ip}` : `${actor.id} `
      if (!isWithinLimits(`${who} ${action} ${code}`, code, actor === null)) return void omit(code || action)
      waiting.push({
        at: new Date().toISOString(),
        actor_id: actor?.id ?? null,
        action,
        target_type: target?.type ?? null,
        target_id: target === undefined ? null : String(target.id),
        conversation_id: rest.conversation_id ?? null,
        room: room ?? null,
        ip,
        request_id: actor?.request_id ?? rest.request_id ?? null,
        outcome,
        details: { ...(code !== '' && { code }), ...told(rest.error?.details), ...details },
      })
    },

    /** Resolves when all that was added before the call is written. While the database is away it goes on waiting, and this resolves. */
    flush: inRounds(write),
  }
}

const nobody = {
  actor_id: null,
  target_type: null,
  target_id: null,
  conversation_id: null,
  room: null,
  ip: null,
  request_id: null,
}

/** Of an error's details what is short and flat. */
function told(details: unknown): Record<string, unknown> {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return {}
  const flat = Object.entries(details).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(
    flat.slice(0, 8).map(([key, value]) => [key, typeof value === 'string' ? plain(value) : value]),
  )
}

/** PostgreSQL holds neither NUL nor half a surrogate pair. */
export const plain = (text: string): string => text.slice(0, 200).toWellFormed().replaceAll('\0', '')
