import { useState, type FormEvent } from 'react'

import { useShell, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Link } from '../parts/Link.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { SecondFactor } from './SecondFactor.tsx'
import { useRefusalText } from './refusals.ts'
import { sign_words } from './words.ts'

/** Name and password, then the second factor of those who have one. */
export function SignIn({ onDone }: { onDone(): void }) {
  const { session } = useShell()
  const words = useText(sign_words)
  const text = useRefusalText()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [asks_factor, setAsksFactor] = useState(false)
  const [is_helping, setHelping] = useState(false)
  const deed = useDeed()

  const signIn = (totp_code?: string) =>
    deed.run(async () => {
      try {
        await session.signIn({ username: username.trim(), password, ...(totp_code !== undefined && { totp_code }) })
      } catch (error) {
        if (codeOf(error) !== 'TWO_FACTOR_REQUIRED' || totp_code !== undefined) throw error
        setAsksFactor(true)
        return
      }
      onDone()
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn()
  }

  if (asks_factor) {
    const back = () => {
      deed.forget()
      setAsksFactor(false)
    }
    return <SecondFactor busy={deed.busy} error={deed.error} onCode={signIn} onBack={back} />
  }
  return (
    <form className="app-form" onSubmit={submit}>
      {deed.error !== null && (
        <p className="app-alert" role="alert">
          {text(deed.error)}
        </p>
      )}
      <Field
        label={words.username_or_email}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
      <PasswordField
        label={words.password}
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button kind="main" submits aria-disabled={deed.busy}>
        {deed.busy ? words.signing_in : words.sign_in}
      </Button>
      <p>
        <Link to={{ at: 'sign-up' }}>{words.to_sign_up}</Link>
      </p>
      <p>
        <button
          type="button"
          className="app-text-button"
          aria-expanded={is_helping}
          onClick={() => setHelping(!is_helping)}
        >
          {words.forgot}
        </button>
      </p>
      {is_helping && <p className="app-muted">{words.forgot_text}</p>}
    </form>
  )
}
