export { analyticsCommands } from './commands.ts'
export { createAnalytics } from './service.ts'
