import { useRef, useState, type FormEvent } from 'react'

import { useShell, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { reasonsOf, takenField } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Link } from '../parts/Link.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { useWrongField } from '../parts/use-wrong-field.ts'
import { useRefusalText } from './refusals.ts'
import { sign_words } from './words.ts'

const fields = ['username', 'password', 'email']

export function SignUp({ onDone }: { onDone(): void }) {
  const { session } = useShell()
  const words = useText(sign_words)
  const text = useRefusalText()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [email, setEmail] = useState('')
  const deed = useDeed()

  const form = useRef<HTMLFormElement>(null)
  useWrongField(form, deed.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    deed.run(async () => {
      const address = email.trim()
      await session.register({ username: username.trim(), password, ...(address !== '' && { email: address }) })
      onDone()
    })
  }

  const reasons = reasonsOf(deed.error)
  const taken = takenField(deed.error)
  const is_of_field = taken !== null || fields.some((field) => field in reasons)
  return (
    <form ref={form} className="app-form" onSubmit={submit}>
      {deed.error !== null && !is_of_field && (
        <p className="app-alert" role="alert">
          {text(deed.error)}
        </p>
      )}
      <Field
        label={words.username}
        hint={words.username_hint}
        error={taken === 'username' ? words.username_taken : 'username' in reasons ? words.username_form : undefined}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={2}
        maxLength={32}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
      <PasswordField
        label={words.password}
        hint={words.password_hint}
        error={'password' in reasons ? words.password_form : undefined}
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Field
        label={words.email}
        hint={words.email_hint}
        error={'email' in reasons ? words.email_form : undefined}
        type="email"
        name="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button kind="main" submits aria-disabled={deed.busy}>
        {deed.busy ? words.signing_in : words.sign_up}
      </Button>
      <p>
        <Link to={{ at: 'sign-in' }}>{words.to_sign_in}</Link>
      </p>
    </form>
  )
}
