import { useCallback } from 'react'

import { useWords } from './settings.tsx'

/** Whether this is the name that the server gives to what is left of a deleted account. Nobody can register such a name. */
export const isGone = (username: string): boolean => /^deleted-\d+(-[\da-f]{8})?$/.test(username)

/** How somebody is called before the reader. */
export function useShownName(): (username: string) => string {
  const { deletedAccount } = useWords()
  return useCallback((username: string) => (isGone(username) ? deletedAccount : username), [deletedAccount])
}
