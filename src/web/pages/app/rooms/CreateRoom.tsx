import { useRef, useState, type FormEvent } from 'react'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { reasonsOf, takenField, useExplain } from '../parts/explain.ts'
import { Choice, Field } from '../parts/Field.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { useWrongField } from '../parts/use-wrong-field.ts'
import { useSlowChoices } from './room-choices.ts'
import { room_words } from './words.ts'

export function CreateRoom({ onClose }: { onClose(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(room_words)
  const explain = useExplain()
  const slow_choices = useSlowChoices()
  const [name, setName] = useState('')
  const [topic, setTopic] = useState('')
  const [is_public, setPublic] = useState(true)
  const [slow, setSlow] = useState('0')
  const deed = useDeed()

  const form = useRef<HTMLFormElement>(null)
  useWrongField(form, deed.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    deed.run(async () => {
      const room = await chat.rest('POST /rooms', {
        body: {
          name: name.trim(),
          topic: topic.trim() === '' ? null : topic.trim(),
          is_public,
          slow_mode_seconds: Number(slow),
        },
      })
      await chat.refresh()
      onClose()
      router.go({ at: 'conversation', ref: { room_id: room.slug }, message: null })
    })
  }
  const reasons = reasonsOf(deed.error)
  const of_name = takenField(deed.error) === null ? reasons['name'] : words.name_taken
  return (
    <Dialog title={words.create} onClose={onClose}>
      <form ref={form} className="app-form" onSubmit={submit}>
        {deed.error !== null && of_name === undefined && (
          <p className="app-alert" role="alert">
            {reasons['topic'] ?? explain(deed.error)}
          </p>
        )}
        <Field
          label={words.name}
          hint={words.name_hint}
          error={of_name}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={words.topic}
          hint={words.topic_hint}
          maxLength={250}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        <fieldset className="app-choices">
          <legend>{words.who}</legend>
          <label>
            <input type="radio" name="who" checked={is_public} onChange={() => setPublic(true)} />
            {words.is_public}
          </label>
          <label>
            <input type="radio" name="who" checked={!is_public} onChange={() => setPublic(false)} />
            {words.is_private}
          </label>
        </fieldset>
        <Choice
          label={words.slow_mode}
          hint={words.slow_mode_hint}
          options={slow_choices}
          value={slow}
          onChange={(event) => setSlow(event.target.value)}
        />
        <Button kind="main" submits disabled={deed.busy || name.trim() === ''}>
          {deed.busy ? words.creating : words.create}
        </Button>
      </form>
    </Dialog>
  )
}
