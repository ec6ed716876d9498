import { useState } from 'react'

import { useShell, useText } from '../context.ts'
import { detailsOf, type Failures } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { useRefusals } from './refusals.ts'
import { sign_words } from './words.ts'

export function SignUp({ onDone }: { onDone(): void }) {
  const { session } = useShell()
  const words = useText(sign_words)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [email, setEmail] = useState('')
  const signUp = async () => {
    const address = email.trim()
    await session.register({ username: username.trim(), password, ...(address !== '' && { email: address }) })
    onDone()
  }
  const failures: Failures = {
    ...useRefusals(),
    RESOURCE_CONFLICT: (error) => {
      const { field } = detailsOf<{ field: string }>(error)
      return field === 'username' ? { field, says: words.username_taken } : undefined
    },
  }
  const reasons = { username: words.username_form, password: words.password_form, email: words.email_form }
  return (
    <>
      <Form deed={signUp} button={words.sign_up} meanwhile={words.signing_in} failures={failures} reasons={reasons}>
        <Field
          label={words.username}
          hint={words.username_hint}
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
          name="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={256}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Field
          label={words.email}
          hint={words.email_hint}
          type="email"
          name="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Form>
      <p>
        <Link to={{ at: 'sign-in' }}>{words.to_sign_in}</Link>
      </p>
    </>
  )
}
