import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react'
import { createRest } from 'veza-js-sdk'

import { useLocale, useShell, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf, reasonsOf } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { useWrongField } from '../parts/use-wrong-field.ts'
import { useRefusalText } from './refusals.ts'
import { sign_words } from './words.ts'

/** Where the link to a new password leads. Its token is behind the `#`, which browsers send to no server and no log keeps. */
export function Reset() {
  const words = useText(sign_words)
  useEffect(() => {
    document.title = `${words.reset} – Veza Chat`
  }, [words])
  return (
    <main className="app-door">
      <div className="app-door-panel">
        <p className="app-brand">Veza</p>
        <h1>{words.reset}</h1>
        <NewPassword />
      </div>
    </main>
  )
}

function NewPassword() {
  const { session, router, tell } = useShell()
  const words = useText(sign_words)
  const locale = useLocale()
  const text = useRefusalText()
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
  const [token] = useState(() => location.hash.slice(1))
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asks_factor, setAsksFactor] = useState(false)
  const deed = useDeed()
  const form = useRef<HTMLFormElement>(null)
  useWrongField(form, deed.error)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    deed.run(async () => {
      const totp_code = code.replace(/\s/g, '')
      try {
        const body = { token, new_password: password, ...(asks_factor && { totp_code }) }
        await rest('POST /auth/password/reset', { body })
      } catch (error) {
        if (codeOf(error) !== 'TWO_FACTOR_REQUIRED' || asks_factor) throw error
        setAsksFactor(true)
        return
      }
      // All sessions have ended, and so has the one here.
      router.go({ at: 'sign-in' }, { replace: true })
      await session.signOut()
      tell(words.reset_done)
    })
  }

  const error_code = deed.error === null ? null : codeOf(deed.error)
  const is_over = token === '' || error_code === 'INVALID_TOKEN'
  if (is_over)
    return (
      <p className="app-alert" role="alert">
        {words.reset_over}
      </p>
    )
  const wrong_password = 'new_password' in reasonsOf(deed.error) ? words.password_form : undefined
  const wrong_code = error_code === 'INVALID_CREDENTIALS' ? words.wrong_code : undefined
  return (
    <form ref={form} className="app-form" onSubmit={submit}>
      {deed.error !== null && wrong_password === undefined && wrong_code === undefined && (
        <p className="app-alert" role="alert">
          {text(deed.error)}
        </p>
      )}
      <PasswordField
        label={words.new_password}
        hint={words.password_hint}
        error={wrong_password}
        name="new-password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {asks_factor && (
        <Field
          label={words.app_code}
          hint={words.factor_app}
          error={wrong_code}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      )}
      <Button kind="main" submits aria-disabled={deed.busy}>
        {deed.busy ? words.signing_in : words.reset_save}
      </Button>
    </form>
  )
}
