export { auditCommands } from './commands.ts'
export { auditRoutes } from './routes.ts'
export { type AuditTrail, createAudit } from './service.ts'
