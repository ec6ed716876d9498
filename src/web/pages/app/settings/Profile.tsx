import { useCallback, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Field, PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { Section } from './Section.tsx'
import { useWords } from './hooks.ts'
import { Status } from './Status.tsx'

type OwnUser = shapes.OwnUser

export function Profile() {
  const { rest } = useApp()
  const ask = useCallback((signal: AbortSignal) => rest('GET /users/me', { signal }), [rest])
  const [user, again] = useAsked(ask)
  return (
    <Waiting asked={user} onAgain={again}>
      {(own) => (
        <>
          <DisplayName own={own} />
          <Status user_id={own.id} />
          <Email own={own} onChange={again} />
        </>
      )}
    </Waiting>
  )
}

function DisplayName({ own }: { own: OwnUser }) {
  const words = useWords()
  const { rest } = useApp()
  const [name, setName] = useState(own.display_name ?? '')
  const save = async () => {
    const changed = await rest('PUT /users/me', { body: { display_name: name.trim() === '' ? null : name } })
    setName(changed.display_name ?? '')
    return words.saved
  }
  return (
    <Section title={words.profile.name}>
      <Form deed={save} button={words.save}>
        <Field
          name="display_name"
          label={words.profile.displayName}
          hint={words.profile.displayNameHint(own.username)}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={64}
          autoComplete="nickname"
        />
      </Form>
    </Section>
  )
}

function Email({ own, onChange }: { own: OwnUser; onChange(): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [email, setEmail] = useState(own.email ?? '')
  const [password, setPassword] = useState('')
  const save = async () => {
    await rest('PUT /users/me', {
      body: { email: email.trim() === '' ? null : email.trim(), current_password: password },
    })
    onChange()
    setPassword('')
    return words.saved
  }
  const failures = {
    INVALID_CREDENTIALS: { field: 'current_password', says: words.failures.wrongPassword },
    FEATURE_DISABLED: { says: words.profile.emailsOff },
  }
  return (
    <Section title={words.profile.email}>
      {own.email === null && <p>{words.profile.noEmail}</p>}
      <Form deed={save} button={words.save} failures={failures}>
        <Field
          name="email"
          type="email"
          label={words.profile.email}
          hint={words.profile.emailHint}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoComplete="email"
        />
        <PasswordField
          name="current_password"
          label={words.profile.emailPassword}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Form>
    </Section>
  )
}
