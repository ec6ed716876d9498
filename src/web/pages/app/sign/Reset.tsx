import { useEffect, useMemo, useState } from 'react'
import { createRest } from 'veza-js-sdk'

import { useLocale, useShell, useStore, useText } from '../context.ts'
import { codeOf } from '../parts/explain.ts'
import { CodeField, PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { LanguageChoice } from './LanguageChoice.tsx'
import { useRefusals } from './refusals.ts'
import { sign_words } from './words.ts'

/** Where the link to a new password leads. Its token is behind the `#`, which browsers send to no server and no log keeps. */
export function Reset() {
  const words = useText(sign_words)
  const user = useStore(useShell().session.user)
  const token = useFragment()
  useEffect(() => {
    document.title = `${words.reset} – Veza Chat`
  }, [words])
  return (
    <main className="app-door">
      <div className="app-door-panel">
        <p className="app-brand">Veza</p>
        <h1>{words.reset}</h1>
        <NewPassword key={token} token={token} />
        <p>
          <Link to={user === null ? { at: 'sign-in' } : { at: 'home' }}>
            {user === null ? words.sign_in : words.to_chat}
          </Link>
        </p>
      </div>
      <LanguageChoice />
    </main>
  )
}

/** Another link that is opened in the same tab changes the fragment alone, and the page stays. */
function useFragment(): string {
  const [fragment, setFragment] = useState(location.hash.slice(1))
  useEffect(() => {
    const read = () => setFragment(location.hash.slice(1))
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [])
  return fragment
}

function NewPassword({ token }: { token: string }) {
  const { session, router, tell } = useShell()
  const words = useText(sign_words)
  const locale = useLocale()
  const failures = { ...useRefusals(), INVALID_CREDENTIALS: { field: 'code', says: words.wrong_code } }
  const rest = useMemo(
    () =>
      createRest({
        origin: location.origin,
        token: () => Promise.resolve(null),
        fetch: (address, init) => fetch(address, init),
        locale,
      }),
    [locale],
  )
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asks_factor, setAsksFactor] = useState(false)
  const [is_over, end] = useState(token === '')
  const reset = async () => {
    const totp_code = code.replace(/\s/g, '')
    try {
      const body = { token, new_password: password, ...(asks_factor && { totp_code }) }
      await rest('POST /auth/password/reset', { body })
    } catch (error) {
      if (codeOf(error) === 'INVALID_TOKEN') return end(true)
      if (codeOf(error) !== 'TWO_FACTOR_REQUIRED' || asks_factor) throw error
      return setAsksFactor(true)
    }
    // All sessions have ended, and so has the one here.
    router.go({ at: 'sign-in' }, { replace: true })
    await session.signOut()
    tell(words.reset_done)
  }
  if (is_over)
    return (
      <p className="app-alert" role="alert">
        {words.reset_over}
      </p>
    )
  return (
    <Form
      deed={reset}
      button={words.reset_save}
      meanwhile={words.signing_in}
      failures={failures}
      reasons={{ new_password: words.password_form }}
    >
      <PasswordField
        label={words.new_password}
        hint={words.password_hint}
        name="new_password"
        autoComplete="new-password"
        minLength={8}
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {asks_factor && (
        <CodeField
          label={words.app_code}
          hint={words.factor_app}
          name="code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      )}
    </Form>
  )
}
