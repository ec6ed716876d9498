import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { ServerEntryRow } from './queries.ts'
import type { ServerAuditEntry, ServerAuditPage, ServerAuditQuery } from './schema.ts'

const default_limit = 50
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** What was done anywhere, the latest first. VALIDATION_FAILED for a cursor that is none of ours, a time that is none, and an id of nothing in particular. */
export async function serverPage(sql: Sql, query: ServerAuditQuery): Promise<ServerAuditPage> {
  const { limit = default_limit, cursor, action, actor_id, target_type, target_id, outcome } = query
  if (target_id !== undefined && target_type === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'target_type', reason: 'is needed with target_id' }])
  const rows = await queries.entries(sql, {
    action,
    actor_id,
    target_type,
    target_id,
    outcome,
    from: timeOf('from', query.from),
    to: timeOf('to', query.to),
    before: cursor === undefined ? undefined : decode(cursor),
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const logs = page.map(({ micros: _, at, ...row }): ServerAuditEntry => ({ ...row, at: at.toISOString() }))
  return { logs, next_cursor: rows.length > limit && last !== undefined ? encode(last) : null }
}

function timeOf(field: 'from' | 'to', text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new AppError('VALIDATION_FAILED', [{ field, reason: 'must be a day or a time such as 2026-01-31 or 2026-01-31T12:00:00Z' }]) // prettier-ignore
  // There is nothing before or after; PostgreSQL knows no year 0, and writes years of four digits.
  return new Date(Math.min(Math.max(0, time), latest))
}

const encode = ({ micros, id }: ServerEntryRow) => Buffer.from(`${micros}.${id}`).toString('base64url')

function decode(cursor: string) {
  const [, micros, id] = /^(\d{1,17})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (micros === undefined || id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return { micros, id: Number(id) }
}
