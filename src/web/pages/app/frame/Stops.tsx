import { useCallback, useEffect } from 'react'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { sign_words } from '../sign/words.ts'

/** Where administrators need a second factor and have none, the server lets them do nothing else: so they are led there, and on once it is set up. */
export function FactorDue() {
  const chat = useSignedIn()
  const { router } = useShell()
  const { route } = usePlace()
  const words = useText(sign_words)
  const { status } = useStore(chat.connection)
  const ask = useCallback((signal: AbortSignal) => chat.rest('GET /auth/2fa', { signal }), [chat])
  // Whoever is signed out is asked to sign in by the page around.
  const [{ value }, again] = useAsked(status === 'stopped' ? ask : null)
  const is_due = value?.required === true && !value.enabled
  const is_done = value?.enabled === true
  useEffect(() => {
    // If it was something else that stopped it, that is still in `connection`.
    if (is_done) chat.connect().catch((error: unknown) => error)
  }, [chat, is_done])
  useEffect(() => {
    if (is_due && (route.at !== 'settings' || route.part !== 'security'))
      router.go({ at: 'settings', part: 'security' }, { replace: true })
  }, [is_due, route, router])
  if (!is_due) return null
  return (
    <div className="app-bar" role="alert">
      <p>{words.factor_due}</p>
      <Button onClick={again}>{words.go_on}</Button>
    </div>
  )
}
