import { documentCommand } from './document.ts'

export const command = documentCommand('asyncapi', 'the AsyncAPI document of the WebSocket protocol')
