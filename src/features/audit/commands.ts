import { type Command, command } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { AuditLogs, GetAuditLogs } from './schema.ts'
import type { AuditTrail } from './service.ts'

export const auditCommands = ({
  audit,
  conversations,
}: {
  audit: AuditTrail
  conversations: Conversations
}): Command[] => [
  command({
    type: 'get_audit_logs',
    permission: 'view_audit_logs',
    short: 'What was done in a conversation and by whom, newest first.',
    data: GetAuditLogs,
    answers: { audit_logs: AuditLogs },
    limit: 'searches',
    run: async (actor, { limit, cursor, action, ...reference }) =>
      audit.page(actor, await conversations.member(actor, reference), { limit, cursor, action }),
  }),
]
