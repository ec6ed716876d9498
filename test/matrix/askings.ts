import type { Askings } from './asking.ts'
import { keysAndBots } from './asks/keys-and-bots.ts'
import { messages } from './asks/messages.ts'
import { rooms } from './asks/rooms.ts'
import { running } from './asks/running.ts'
import { signingIn } from './asks/signing-in.ts'
import { users } from './asks/users.ts'

export const askings: Askings = { ...signingIn, ...keysAndBots, ...users, ...rooms, ...messages, ...running }
