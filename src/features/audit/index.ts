export { auditCommands } from './commands.ts'
export { type AuditTrail, createAudit } from './service.ts'
