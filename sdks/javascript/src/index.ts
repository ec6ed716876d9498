export type * from './api.ts'
export type {
  AnswerData,
  CommandData,
  CommandType,
  ErrorCode,
  EventData,
  EventType,
  Message,
  ReplyOf,
  User,
} from './protocol.gen.ts'
/** Every shape of the WebSocket protocol, by its name in `/asyncapi.json`. */
export type * as protocol from './protocol.gen.ts'
/** Every shape of the REST API, by its name in `/openapi.json`. */
export type * as shapes from './rest.gen.ts'
export { createChat } from './chat.ts'
export { type Core, type CoreOptions, createCore } from './core.ts'
export { createRest } from './rest.ts'
export { createTalk } from './talk.ts'
export { createSession } from './session.ts'
export { memoryOutbox } from './memory.ts'
export { indexedDbOutbox } from './storage.ts'
export type { AnswerOf, Request, RequestParts, Rest, RestOptions } from './rest.ts'
