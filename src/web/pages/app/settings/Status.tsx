import { useCallback, useState } from 'react'

import { useApp } from '../context.ts'
import { Field } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { Options } from '../parts/Options.tsx'
import { Section } from './Section.tsx'
import { useWords } from './hooks.ts'

const statuses = ['online', 'away', 'busy', 'invisible'] as const
type Chosen = (typeof statuses)[number]

/** How one looks to others. The server tells it on the socket alone. */
export function Status({ user_id }: { user_id: number }) {
  const words = useWords()
  const { chat } = useApp()
  const ask = useCallback(async () => {
    const { users } = await chat.command('get_presence', { user_ids: [user_id] })
    return {
      status: statuses.find((status) => status === users[0]?.status) ?? 'online',
      message: users[0]?.message ?? '',
    }
  }, [chat, user_id])
  const [presence, again] = useAsked(ask)
  return (
    <Section title={words.profile.status}>
      <Waiting asked={presence} onAgain={again}>
        {({ status, message }) => <StatusForm status={status} message={message} />}
      </Waiting>
    </Section>
  )
}

function StatusForm(known: { status: Chosen; message: string }) {
  const words = useWords()
  const { rest } = useApp()
  const [status, setStatus] = useState(known.status)
  const [message, setMessage] = useState(known.message)
  const save = async () => {
    await rest('PUT /users/me/status', { body: { status, message: message.trim() === '' ? null : message } })
    return words.saved
  }
  return (
    <Form deed={save} button={words.save}>
      <Options
        label={words.profile.status}
        is_titled
        options={statuses}
        nameOf={(option) => words.profile.statuses[option]}
        value={status}
        onChange={(chosen) => setStatus(chosen)}
        hint={words.profile.invisibleHint}
      />
      <Field
        name="message"
        label={words.profile.message}
        hint={words.profile.messageHint}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
        maxLength={128}
      />
    </Form>
  )
}
