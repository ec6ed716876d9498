import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface ReportRow {
  id: number
  message_id: number
  reason: string
  created_at: Date
  /** Whether it was made now. */
  created: boolean
}

interface Reported {
  id: number
  conversation_id: number
  author_id: number
}

/** The one open report of a person about a message, made now if there is none. What it says stays as it was said first. */
export const openReport = async (
  sql: Sql,
  { id, conversation_id, author_id }: Reported,
  reporter_id: number,
  reason: string,
): Promise<ReportRow> => {
  const rows = await sql<ReportRow[]>`
    insert into reports (message_id, conversation_id, author_id, reporter_id, reason)
    values (${id}, ${conversation_id}, ${author_id}, ${reporter_id}, ${reason})
    on conflict (message_id, reporter_id) where resolved_at is null do update set reason = reports.reason
    returning id, message_id, reason, created_at, xmax = 0 as created`
  return only(rows)
}
