import { useApp, useShell } from '../context.ts'

/** For when the session has ended on the server: forgets it here. Who signs in next begins at the beginning, and not where this was done. */
export function useLeave(): () => Promise<void> {
  const { chat, session } = useApp()
  const { router } = useShell()
  return async () => {
    chat.disconnect()
    router.go({ at: 'sign-in' }, { replace: true })
    await session.signOut()
  }
}
