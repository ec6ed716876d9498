import { useCallback, useEffect, useState } from 'react'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { useTry } from '../parts/use-deed.ts'
import { sign_words } from '../sign/words.ts'

/** Where administrators need a second factor and have none, the server lets them do nothing else: so they are led there, and on once it is set up. */
export function FactorDue() {
  const chat = useSignedIn()
  const { router } = useShell()
  const { route } = usePlace()
  const words = useText(sign_words)
  const attempt = useTry()
  const { status } = useStore(chat.connection)
  const [is_due, setDue] = useState(false)
  const check = useCallback(async () => {
    const { required, enabled } = await chat.rest('GET /auth/2fa')
    setDue(required && !enabled)
    if (enabled) await chat.connect()
  }, [chat])
  useEffect(() => {
    // Whoever is signed out is asked to sign in by the page around.
    if (status === 'stopped') check().catch((error: unknown) => error)
  }, [status, check])
  useEffect(() => {
    if (is_due && (route.at !== 'settings' || route.part !== 'security'))
      router.go({ at: 'settings', part: 'security' }, { replace: true })
  }, [is_due, route, router])
  if (!is_due) return null
  return (
    <div className="app-bar" role="alert">
      <p>{words.factor_due}</p>
      <Button onClick={() => attempt(check())}>{words.go_on}</Button>
    </div>
  )
}
