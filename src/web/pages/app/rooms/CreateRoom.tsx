import { useRef, useState } from 'react'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { detailsOf } from '../parts/explain.ts'
import { Choice, Field } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { Options } from '../parts/Options.tsx'
import { refresh } from '../parts/refresh.ts'
import { useSlowChoices } from './room-choices.ts'
import { room_words } from './words.ts'

export default function CreateRoom({ onClose }: { onClose(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(room_words)
  const slow_choices = useSlowChoices()
  const [name, setName] = useState('')
  const [topic, setTopic] = useState('')
  const [is_public, setPublic] = useState(true)
  const [slow, setSlow] = useState('0')
  const leaves = useRef(false)

  const create = async () => {
    const room = await chat.rest('POST /rooms', {
      body: {
        name: name.trim(),
        topic: topic.trim() === '' ? null : topic.trim(),
        is_public,
        slow_mode_seconds: Number(slow),
      },
    })
    await refresh(chat)
    leaves.current = true
    onClose()
    router.go({ at: 'conversation', ref: { room_id: room.slug }, message: null })
  }
  const isNameTaken = (error: unknown) =>
    'field' in detailsOf(error) ? { field: 'name', says: words.name_taken } : undefined
  return (
    <Dialog title={words.create} onClose={onClose} leaves={leaves}>
      <Form
        deed={create}
        button={words.create}
        meanwhile={words.creating}
        failures={{ RESOURCE_CONFLICT: isNameTaken }}
      >
        <Field
          name="name"
          label={words.name}
          hint={words.name_hint}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          name="topic"
          label={words.topic}
          hint={words.topic_hint}
          maxLength={250}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        <Options
          label={words.who}
          options={['is_public', 'is_private'] as const}
          nameOf={(option) => words[option]}
          value={is_public ? 'is_public' : 'is_private'}
          onChange={(option) => setPublic(option === 'is_public')}
        />
        <Choice
          name="slow_mode_seconds"
          label={words.slow_mode}
          hint={words.slow_mode_hint}
          options={slow_choices}
          value={slow}
          onChange={(event) => setSlow(event.target.value)}
        />
      </Form>
    </Dialog>
  )
}
