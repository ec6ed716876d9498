import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { AuditEntryView } from './schema.ts'

export interface Page {
  limit: number | undefined
  cursor: string | undefined
  action: string | undefined
}

const default_limit = 50
const export_rows = 1000

/** What was done in a conversation, newest first. VALIDATION_FAILED for a cursor that is none of ours. */
export async function page(
  sql: Sql,
  conversation_id: number,
  { limit = default_limit, cursor, action }: Page,
  addresses: boolean,
) {
  const before = cursor === undefined ? undefined : decodeCursor(cursor)
  const rows = await queries.entriesOf(sql, conversation_id, { before, action, limit: limit + 1 })
  const logs = rows.slice(0, limit).map(({ ip, at, ...row }): AuditEntryView => ({
    ...row,
    at: at.toISOString(),
    ...(addresses && { ip }),
  }))
  const last = logs.at(-1)
  return { logs, next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null }
}

/** The chain as JSON lines, oldest first, of deeds from `from` on and before `to`. Reads in pieces. */
export async function* lines(
  sql: Sql,
  { from, to }: { from: Date | undefined; to: Date | undefined },
): AsyncGenerator<string> {
  let after = 0
  for (;;) {
    const rows = await queries.exported(sql, after, export_rows)
    for (const { details, ...row } of rows) {
      const at = new Date(row.at)
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue
      // The details go out as PostgreSQL writes them, which is what was hashed.
      yield `${JSON.stringify(row).slice(0, -1)},"details":${details}}`
    }
    after = rows.at(-1)?.id ?? after
    if (rows.length < export_rows) return
  }
}

const encodeCursor = (id: number) => Buffer.from(String(id)).toString('base64url')

function decodeCursor(cursor: string): number {
  const [id] = /^\d{1,15}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return Number(id)
}
