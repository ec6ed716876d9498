export { messageCommands } from './commands.ts'
export { createLogReader } from './log-reader.ts'
export { createMessages } from './service.ts'
export { createWriter, type Writer } from './writer.ts'
