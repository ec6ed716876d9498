import { useApp } from '../context.ts'

/** For when the session has ended on the server: forgets it here, and goes to where one signs in. */
export function useLeave(navigate: (to: string) => void): () => Promise<void> {
  const { chat, session } = useApp()
  return async () => {
    chat.disconnect()
    await session.signOut()
    navigate('/sign-in')
  }
}
