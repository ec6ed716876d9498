import { useCallback, useState } from 'react'

import { useApp } from '../context.ts'
import { PasswordField } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { Section } from './Section.tsx'
import { useWords } from './hooks.ts'
import { SecondFactor } from './SecondFactor.tsx'
import { Sessions } from './Sessions.tsx'

export function Security() {
  const { rest } = useApp()
  const ask = useCallback((signal: AbortSignal) => rest('GET /auth/2fa', { signal }), [rest])
  const [factor, again] = useAsked(ask)
  // The server lets those who need a factor and have none do nothing else.
  const is_due = factor.value?.required === true && !factor.value.enabled
  // A new password ends the other sessions, so their list is another one.
  const [round, setRound] = useState(0)
  return (
    <>
      {!is_due && <Password onChanged={() => setRound(round + 1)} />}
      <SecondFactor status={factor} onChange={again} />
      {(factor.value !== null || factor.error !== null) && !is_due && <Sessions key={round} />}
    </>
  )
}

function Password({ onChanged }: { onChanged(): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = async () => {
    await rest('POST /auth/password', { body: { current_password: current, new_password: next } })
    setCurrent('')
    setNext('')
    onChanged()
    return words.password.done
  }
  return (
    <Section title={words.password.title}>
      <Form
        deed={change}
        button={words.password.button}
        failures={{ INVALID_CREDENTIALS: { field: 'current_password', says: words.failures.wrongPassword } }}
        reasons={{ new_password: words.password.form }}
      >
        <PasswordField
          name="current_password"
          label={words.password.current}
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          name="new_password"
          label={words.password.next}
          hint={words.password.nextHint}
          value={next}
          onChange={(event) => setNext(event.target.value)}
          autoComplete="new-password"
          minLength={8}
          maxLength={256}
        />
      </Form>
    </Section>
  )
}
