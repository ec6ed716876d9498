import type { User } from './protocol.gen.ts'
import { createListeners } from './store.ts'

/** Somebody changed their own profile on a server: told to all that shows it in this program, as the server tells no connection of it. */
export const ownChanges = createListeners<{ origin: string; user: User }>()
