import type { User } from 'veza-js-sdk'

import { useShell, useSignedIn, useStore } from './context.ts'

/** Oneself: as the connection knows it, or before there is one, as of the last visit. */
export function useOwnUser(): User | null {
  const { session } = useShell()
  const me = useStore(useSignedIn().me)
  const kept = useStore(session.user)
  return me?.user ?? kept
}
