import { useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { Section } from './Choice.tsx'
import { Field, Form } from './Form.tsx'
import { type Loaded, useLoaded, useWords } from './hooks.ts'
import { Status } from './Status.tsx'
import { Waiting } from './Waiting.tsx'

type OwnUser = shapes.OwnUser

export function Profile() {
  const { rest } = useApp()
  const user = useLoaded(() => rest('GET /users/me'))
  return (
    <Waiting on={user}>
      {(own) => (
        <>
          <DisplayName own={own} user={user} />
          <Status user_id={own.id} />
          <Email own={own} user={user} />
        </>
      )}
    </Waiting>
  )
}

interface OwnProps {
  own: OwnUser
  user: Loaded<OwnUser>
}

function DisplayName({ own, user }: OwnProps) {
  const words = useWords()
  const { rest } = useApp()
  const [name, setName] = useState(own.display_name ?? '')
  const save = async () => {
    const changed = await rest('PUT /users/me', { body: { display_name: name.trim() === '' ? null : name } })
    user.set(changed)
    setName(changed.display_name ?? '')
    return undefined
  }
  return (
    <Section title={words.profile.name}>
      <Form deed={save} button={words.save}>
        <Field
          name="display_name"
          label={words.profile.displayName}
          hint={words.profile.displayNameHint(own.username)}
          value={name}
          onChange={setName}
          maxLength={64}
          autoComplete="nickname"
        />
      </Form>
    </Section>
  )
}

function Email({ own, user }: OwnProps) {
  const words = useWords()
  const { rest } = useApp()
  const [email, setEmail] = useState(own.email ?? '')
  const [password, setPassword] = useState('')
  const save = async () => {
    const changed = await rest('PUT /users/me', {
      body: { email: email.trim() === '' ? null : email.trim(), current_password: password },
    })
    user.set(changed)
    setPassword('')
    return undefined
  }
  const failures = {
    INVALID_CREDENTIALS: { field: 'current_password', says: words.failures.wrongPassword },
    RESOURCE_CONFLICT: { field: 'email', says: words.profile.emailTaken },
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
          onChange={setEmail}
          autoComplete="email"
        />
        <Field
          name="current_password"
          type="password"
          label={words.profile.emailPassword}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          is_required
        />
      </Form>
    </Section>
  )
}
