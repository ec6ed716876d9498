import { useState } from 'react'

import { useShell, useText } from '../context.ts'
import { codeOf } from '../parts/explain.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { SecondFactor } from './SecondFactor.tsx'
import { useRefusals } from './refusals.ts'
import { sign_words } from './words.ts'

/** Name and password, then the second factor of those who have one. */
export function SignIn({ onDone }: { onDone(): void }) {
  const { session } = useShell()
  const words = useText(sign_words)
  const refusals = useRefusals()
  // Others may have made an address wait, or have it too; a username never fails for that.
  const failures = { ...refusals, INVALID_CREDENTIALS: { says: words.wrong_email } }
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [asks_factor, setAsksFactor] = useState(false)
  const [is_helping, setHelping] = useState(false)

  const signIn = async (totp_code?: string) => {
    try {
      await session.signIn({ username: username.trim(), password, ...(totp_code !== undefined && { totp_code }) })
    } catch (error) {
      if (codeOf(error) !== 'TWO_FACTOR_REQUIRED' || totp_code !== undefined) throw error
      setAsksFactor(true)
      return
    }
    onDone()
  }
  if (asks_factor) return <SecondFactor onCode={signIn} onBack={() => setAsksFactor(false)} />
  return (
    <>
      <Form
        deed={signIn}
        button={words.sign_in}
        meanwhile={words.signing_in}
        failures={username.includes('@') ? failures : refusals}
      >
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
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Form>
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
    </>
  )
}
