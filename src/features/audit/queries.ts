import type { AuditEntry } from '../../kernel/audit.ts'
import type { Sql } from '../../platform/db/index.ts'

export const record = (sql: Sql, { actor, action, outcome, target, conversation_id, details }: AuditEntry) => sql`
  insert into audit_pending (actor_id, action, target_type, target_id, conversation_id, ip, request_id, outcome, details)
  values (${actor?.id ?? null}, ${action}, ${target?.type ?? null}, ${target === undefined ? null : String(target.id)}, ${conversation_id ?? null},
    ${actor?.ip ?? null}, ${actor?.request_id ?? null}, ${outcome}, ${sql.json((details ?? {}) as never)})`
