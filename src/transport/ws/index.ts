export { Authenticate } from './authenticate.ts'
export { type Command, command, prepared, type Prepared } from './command.ts'
export { drain } from './drain.ts'
export type { Audience, CatchUp, Changes, LogReader } from './hub.ts'
export { join, leave, type Place, type Wish } from './join.ts'
export {
  type Authenticated,
  createNode,
  endStuck,
  type Identity,
  type Node,
  type Places,
  type Reference,
} from './node.ts'
export type { LiveSession, Session } from './session.ts'
export { createQuiet } from './quiet.ts'
export { createSocketHandlers } from './socket.ts'
export { upgrade } from './upgrade.ts'
