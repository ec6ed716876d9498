import type { Actor } from '../../kernel/actor.ts'
import { type Audit, type AuditEntry, type Refusal, whomConcerns } from '../../kernel/audit.ts'
import { AppError, type ErrorCode } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { may, mayIn } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { type Check, verify } from './chain.ts'
import { chainAfter } from './chain-queries.ts'
import * as queries from './queries.ts'
import { type Page, lines, page } from './reads.ts'
import { createRefusals, plain, type RefusalLimits } from './refusals.ts'
import type { ServerAuditPage, ServerAuditQuery } from './schema.ts'
import { createSealer } from './sealer.ts'
import { serverPage } from './server-reads.ts'

export interface AuditParts {
  sql: Sql
  log: Log
  limits?: RefusalLimits
}

type Place = Pick<Awaited<ReturnType<Conversations['member']>>, 'id' | 'kind' | 'role'>

export type AuditTrail = ReturnType<typeof createAudit>

const verified_rows = 1000
const default_limits = { max_audited_refusals_per_minute: 10, max_audited_refusals_total_per_minute: 1000 }

/** Refusals that somebody may have to answer for, or that show an attack. */
const matters: ReadonlySet<ErrorCode> = new Set([
  'PERMISSION_DENIED',
  'USER_BANNED',
  'USER_MUTED',
  'CONVERSATION_BLOCKED',
  'RATE_LIMIT_EXCEEDED',
  'INVALID_CREDENTIALS',
  'ACCOUNT_LOCKED',
  'SESSION_REVOKED',
  'INVALID_TOKEN',
  'ORIGIN_REFUSED',
])

/** Clients tell by themselves that somebody types: nobody wanted anything that could be refused. */
const untold = /^ws\.typing_(?:start|stop)$/

/** Those that come after the conversation was found: before, its id is only what somebody said. */
const placed: ReadonlySet<ErrorCode> = new Set(['PERMISSION_DENIED', 'USER_MUTED', 'CONVERSATION_BLOCKED'])

/** Who did what, to what, from where, and how it ended. */
export function createAudit({ sql, log, limits = default_limits }: AuditParts) {
  const refusals = createRefusals({ sql, log, limits })
  const sealer = createSealer({ sql, log })
  const written = new WeakSet<AppError>()
  let working = false

  const trail: Audit<Sql> = {
    record: async (tx, entry) => {
      await queries.record(tx, entry)
    },
    refused: (entry) => {
      if (entry.error !== undefined) written.add(entry.error)
      refusals.add(entry)
    },
  }

  /** Everything known so far is in the chain when this resolves. */
  async function settle(): Promise<void> {
    await refusals.flush()
    await sealer.seal()
  }

  /** What was done in a conversation. PERMISSION_DENIED, VALIDATION_FAILED for the cursor. */
  async function within(actor: Actor, place: Place, wanted: Page) {
    if (!mayIn(actor, place, 'view_audit_logs'))
      throw new AppError('PERMISSION_DENIED', { permission: 'view_audit_logs' })
    await settle()
    const found = await page(sql, place.id, wanted, may(actor, 'view_audit_logs'))
    return { ...(place.kind === 'dm' ? { conversation_id: place.id } : { room_id: place.id }), ...found }
  }

  /** What was done anywhere. PERMISSION_DENIED, VALIDATION_FAILED. */
  async function everywhere(actor: Actor, query: ServerAuditQuery): Promise<ServerAuditPage> {
    if (!may(actor, 'view_audit_logs')) throw new AppError('PERMISSION_DENIED', { permission: 'view_audit_logs' })
    await settle()
    const found = await serverPage(sql, query)
    // Whose an e-mail address is, only those see who could look it up; no key could.
    const seen = (entry: ServerAuditPage['logs'][number]) =>
      entry.action === 'password.forgot' ? { ...entry, details: {} } : entry
    return may(actor, 'manage_users') && actor.scopes === undefined ? found : { ...found, logs: found.logs.map(seen) }
  }

  return {
    ...trail,

    /** For the transports, which tell of every error they answer with. Returns at once. */
    refusal: ({ error, action, actor, ip, request_id, subject = {} }: Refusal): void => {
      if (!matters.has(error.code) || untold.test(action) || written.has(error)) return
      const user_id = whomConcerns(error)
      // A ban is told to who came with a token that is good but for that.
      const id = actor?.id ?? (error.code === 'USER_BANNED' ? user_id : undefined)
      const who = id === undefined ? null : { id, ip, request_id }
      const { room, ...where } = placed.has(error.code)
        ? placeOf(subject)
        : user_id === undefined
          ? {}
          : placeOf({ user_id })
      refusals.add({ actor: who, action, ip, request_id, error, ...where }, room)
    },

    settle,

    /** To be called every second: never rejects. */
    work: async (): Promise<void> => {
      if (working) return
      working = true
      await settle().catch((error: unknown) => log.warn('The audit trail could not be sealed; it waits', { error }))
      working = false
    },

    /** Seals what is there, and leaves the head in the log. */
    close: async (): Promise<void> => {
      await settle()
      sealer.anchor()
    },

    page: within,
    everywhere,

    verify: async (check: Check) => {
      await settle()
      return verify((after) => chainAfter(sql, after, verified_rows), check)
    },

    export: async function* (span: { from: Date | undefined; to: Date | undefined }) {
      await settle()
      yield* lines(sql, span)
    },
  }
}

/** What a client named, as far as it can be something of ours. */
function placeOf({ room_id, conversation_id, message_id, user_id }: NonNullable<Refusal['subject']>) {
  const place = [conversation_id, room_id].find(isId)
  const target: AuditEntry['target'] | undefined = isId(message_id)
    ? { type: 'message', id: message_id }
    : isId(user_id)
      ? { type: 'user', id: user_id }
      : undefined
  return {
    ...(place !== undefined && { conversation_id: place }),
    ...(target && { target }),
    ...(typeof room_id === 'string' && { room: plain(room_id) }),
  }
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
