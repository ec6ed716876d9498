import { useEffect, useState } from 'react'

import { usePlace, useShell, useStore, useText } from '../context.ts'
import type { Route } from '../route.ts'
import { LanguageChoice } from './LanguageChoice.tsx'
import { sign_words } from './words.ts'
import { SignIn } from './SignIn.tsx'
import { SignUp } from './SignUp.tsx'

const isDoor = (route: Route): boolean => route.at === 'sign-in' || route.at === 'sign-up'

/** What one sees who is not signed in, whatever the address. The address that was asked for is where one is afterwards. */
export function Entrance() {
  const { router, session } = useShell()
  const { route } = usePlace()
  const words = useText(sign_words)
  const was_ended = useStore(session.was_ended)
  const [wished, setWished] = useState<Route>(isDoor(route) ? { at: 'home' } : route)
  const invited = wished.at === 'join'
  const signs_up = route.at === 'sign-up' || (route.at === 'join' && invited)
  if (!isDoor(route) && route !== wished) setWished(route)

  useEffect(() => {
    document.title = `${signs_up ? words.sign_up : words.sign_in} – Veza Chat`
  }, [signs_up, words])
  const enter = () => router.go(wished, { replace: true })

  return (
    <main className="app-door">
      <div className="app-door-panel">
        <p className="app-brand">Veza</p>
        <h1>{signs_up ? words.sign_up : words.sign_in}</h1>
        <p className="app-muted">{invited ? words.invited : words.tagline}</p>
        {was_ended && <p role="alert">{words.was_ended}</p>}
        {signs_up ? <SignUp onDone={enter} /> : <SignIn onDone={enter} />}
      </div>
      <LanguageChoice />
    </main>
  )
}
