import type { Chat, shapes, User } from 'veza-js-sdk'

import { useShell, useSignedIn, useStore } from './context.ts'
import { createStore } from './stored.ts'

/** What one has changed of oneself here, and of which connection: the next one knows by itself. */
const changed = createStore<{ user: shapes.OwnUser; before: unknown } | null>(null)

export const tellOwnChange = (chat: Chat, user: shapes.OwnUser): void => changed.set({ user, before: chat.me.get() })

/** Oneself: as one has just changed it, as the connection knows it, or before there is one, as of the last visit. */
export function useOwnUser(): Pick<User, 'id' | 'username' | 'display_name' | 'role'> | null {
  const { session } = useShell()
  const me = useStore(useSignedIn().me)
  const kept = useStore(session.user)
  const mine = useStore(changed)
  if (mine !== null && mine.before === me && mine.user.id === kept?.id) return mine.user
  return me?.user ?? kept
}
