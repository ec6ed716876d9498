export { conversationCommands } from './commands.ts'
export { roomRoutes } from './routes.ts'
export { ConversationRef, ListDms } from './schema.ts'
export { type Conversations, createConversations } from './service.ts'
