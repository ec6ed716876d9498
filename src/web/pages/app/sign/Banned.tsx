import { useCallback, useRef } from 'react'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { useArrival } from '../parts/use-arrival.ts'
import { useAsked } from '../parts/use-asked.ts'
import { useDeed } from '../parts/use-deed.ts'
import { useBan } from './refusals.ts'
import { sign_words } from './words.ts'

/** In place of everything, for whoever is signed in and may be here no more. */
export function Banned() {
  const chat = useSignedIn()
  const { session, router } = useShell()
  const words = useText(sign_words)
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  // The socket says that one is banned; the refusal of any request, until when and why.
  const ask = useCallback((signal: AbortSignal) => chat.rest('GET /users/me', { signal }), [chat])
  const [{ error }] = useAsked(ask)
  const says = useBan(codeOf(error) === 'USER_BANNED' ? error : null)
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
        <p>{says}</p>
        <Button kind="main" aria-disabled={deed.busy} onClick={() => deed.run(() => chat.connect())}>
          {words.try_again}
        </Button>
        <Button kind="quiet" onClick={signOut}>
          {words.to_sign_out}
        </Button>
        <Outcome of={deed} />
      </div>
    </main>
  )
}
