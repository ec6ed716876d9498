export { presenceCommands } from './commands.ts'
export { presenceEvents } from './events.ts'
export { statusRoutes } from './routes.ts'
export { createPresence } from './service.ts'
