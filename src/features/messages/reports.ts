import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import { target as targetOf } from './change-queries.ts'
import { requireVisible } from './changes.ts'
import { requireStorable } from './content.ts'
import { openReport } from './report-queries.ts'
import type { Report } from './report-schema.ts'

/** What people ask moderators to look at. */
export function createReports({ sql, audit }: { sql: Sql; audit: Audit<Sql> }) {
  /**
   * Reports a message. While one's report of it is open, asking again gives the same, and `created` is false. MESSAGE_NOT_FOUND, PERMISSION_DENIED,
   * VALIDATION_FAILED; RESOURCE_CONFLICT for one's own message.
   */
  async function report(
    actor: Actor,
    { message_id, reason }: { message_id: number; reason: string },
  ): Promise<{ report: Report; created: boolean }> {
    requireStorable('reason', reason)
    if (reason.trim() === '')
      throw new AppError('VALIDATION_FAILED', [{ field: 'reason', reason: 'must not be blank' }])
    return transact(sql, async (tx) => {
      const target = await targetOf(tx, actor.id, message_id)
      requireVisible(target, message_id)
      if (target.deleted_at !== null) throw new AppError('MESSAGE_NOT_FOUND', { message_id })
      if (target.author_id === actor.id)
        throw new AppError('RESOURCE_CONFLICT', { reason: 'one cannot report oneself' })
      const { created, ...row } = await openReport(tx, target, actor.id, reason)
      if (created) await record(tx, actor, row.id, target)
      return { report: { ...row, created_at: row.created_at.toISOString() }, created }
    })
  }

  /** In no room's part of the trail: there, a moderator who is reported would read by whom. */
  const record = (
    tx: Sql,
    actor: Actor,
    report_id: number,
    target: { id: number; conversation_id: number; author_id: number },
  ) =>
    audit.record(tx, {
      actor,
      action: 'message.report',
      outcome: 'success',
      target: { type: 'message', id: target.id },
      details: { report_id, author_id: target.author_id, in: target.conversation_id },
    })

  return { report }
}
