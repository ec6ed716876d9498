import { useCallback, useEffect, useRef } from 'react'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf, detailsOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { useArrival } from '../parts/use-arrival.ts'
import { useAsked } from '../parts/use-asked.ts'
import { useDeed } from '../parts/use-deed.ts'
import { useEnd } from '../parts/use-end.ts'
import { useBan } from './refusals.ts'
import { sign_words } from './words.ts'

/** What a refusal says of one's ban. Any other error says nothing of it. */
function banIn(error: unknown): { ban: unknown } {
  if (codeOf(error) !== 'USER_BANNED') throw error
  return { ban: error }
}

/** In place of everything, for whoever is signed in and may be here no more. */
export function Banned() {
  const chat = useSignedIn()
  const { session, router } = useShell()
  const words = useText(sign_words)
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  // The socket says that one is banned; the refusal of any request, until when and why.
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/me', { signal }).then(() => ({ ban: null }), banIn),
    [chat],
  )
  const [{ value }, again] = useAsked(ask)
  const ban = value?.ban ?? null
  const says = useBan(ban)
  const is_over = value !== null && ban === null
  useEnd(detailsOf<{ banned_until: string }>(ban).banned_until ?? null, again)
  const { run } = deed
  // Where one may not come back, it may be for another ban.
  const comeBack = useCallback(() => run(() => chat.connect().finally(again)), [run, chat, again])
  useEffect(() => {
    if (is_over) comeBack()
  }, [is_over, comeBack])
  const signOut = () =>
    deed.run(() => {
      router.go({ at: 'sign-in' }, { replace: true })
      return session.signOut()
    })
  return (
    <main className="app-door">
      <div className="app-door-panel">
        <p className="app-brand">Veza</p>
        <h1 ref={heading} tabIndex={-1}>
          {words.banned_title}
        </h1>
        {ban !== null && <p>{says}</p>}
        <Button kind="main" aria-disabled={deed.busy} onClick={comeBack}>
          {words.try_again}
        </Button>
        <Button kind="quiet" onClick={signOut}>
          {words.to_sign_out}
        </Button>
        {/* Being banned is what the page says. */}
        <Outcome of={codeOf(deed.error) === 'USER_BANNED' ? { ...deed, error: null } : deed} />
      </div>
    </main>
  )
}
