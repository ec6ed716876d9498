export { presenceCommands } from './commands.ts'
export { presenceEvents } from './events.ts'
export { createPresence } from './service.ts'
