import { useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Confirm, type Question } from '../parts/Confirm.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Choice, Field, TextField } from '../parts/Field.tsx'
import { Form, Outcome } from '../parts/Form.tsx'
import { refresh } from '../parts/refresh.ts'
import { useDeed } from '../parts/use-deed.ts'
import { Skeleton } from '../parts/Waiting.tsx'
import { useSlowChoices } from '../rooms/room-choices.ts'
import { room_words } from '../rooms/words.ts'
import { useRoom, type RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

/** What those who run a room may change about it. */
export default function RoomSettings({ room_id, onClose }: { room_id: number; onClose(): void }) {
  const words = useText(conversation_words)
  const [at] = useState({ room_id })
  const room = useRoom(at)
  const facts = room.asked.value
  return (
    <Dialog title={words.room_settings} onClose={onClose}>
      {facts === null ? (
        <Skeleton lines={5} />
      ) : (
        <Settings key={facts.id} facts={facts} room={room} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface Props {
  facts: shapes.Room
  room: RoomFacts
  onClose(): void
}

/** What others have changed meanwhile stays as they left it. */
const changed = <T extends object>(began: T, wished: Partial<T>): Partial<T> =>
  Object.fromEntries(Object.entries(wished).filter(([field, value]) => value !== began[field as keyof T])) as Partial<T>

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

function Settings({ facts, room, onClose }: Props) {
  const chat = useSignedIn()
  const { tell } = useShell()
  const words = useText(conversation_words)
  const of_rooms = useText(room_words)
  const slow_choices = useSlowChoices(facts.slow_mode_seconds)
  const [name, setName] = useState(facts.name)
  const [topic, setTopic] = useState(facts.topic ?? '')
  const [description, setDescription] = useState(facts.description ?? '')
  const [is_public, setPublic] = useState(facts.is_public)
  const [slow, setSlow] = useState(String(facts.slow_mode_seconds))
  const [began] = useState(facts)

  const save = async () => {
    const body = changed(began, {
      name: name.trim(),
      topic: textOrNull(topic),
      description: textOrNull(description),
      is_public,
      slow_mode_seconds: Number(slow),
    })
    if (Object.keys(body).length > 0) {
      await chat.rest('PUT /rooms/{id}', { path: { id: String(facts.id) }, body })
      await refresh(chat)
    }
    onClose()
    tell(words.saved)
  }
  return (
    <>
      <Form deed={save} button={words.save}>
        <Field
          name="name"
          label={words.name}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          name="topic"
          label={words.topic}
          maxLength={250}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        <TextField
          name="description"
          label={words.description}
          maxLength={1000}
          rows={3}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <Choice
          name="is_public"
          label={words.who}
          value={String(is_public)}
          onChange={(event) => setPublic(event.target.value === 'true')}
          options={[
            { value: 'true', label: of_rooms.is_public },
            { value: 'false', label: of_rooms.is_private },
          ]}
        />
        <Choice
          name="slow_mode_seconds"
          label={of_rooms.slow_mode}
          hint={of_rooms.slow_mode_hint}
          options={slow_choices}
          value={slow}
          onChange={(event) => setSlow(event.target.value)}
        />
      </Form>
      <Further facts={facts} room={room} onDone={onClose} />
    </>
  )
}

/** What changes a room for good, or nearly. */
function Further({ facts, room, onDone }: { facts: shapes.Room; room: RoomFacts; onDone(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(conversation_words)
  // Over the form and not in its place, which keeps what is not saved yet.
  const [question, ask] = useState<Question | null>(null)
  const path = { id: String(facts.id) }
  const setArchived = async (archived: boolean) => {
    await chat.rest('POST /rooms/{id}/archive', { path, body: { archived } })
    room.again()
  }
  const archive = () =>
    ask({
      title: words.archive_title(facts.name),
      text: words.archive_text,
      deed: words.archive,
      run: async () => {
        await setArchived(true)
        onDone()
      },
    })
  const remove = () =>
    ask({
      title: words.delete_title(facts.name),
      text: words.delete_text,
      deed: words.delete_room,
      run: async () => {
        await chat.rest('DELETE /rooms/{id}', { path })
        await refresh(chat)
        onDone()
        router.go({ at: 'home' }, { replace: true })
      },
    })
  const deed = useDeed()
  return (
    <div className="app-form-row app-further">
      {facts.is_archived ? (
        <Button aria-disabled={deed.busy} onClick={() => deed.run(() => setArchived(false).then(onDone))}>
          {words.unarchive}
        </Button>
      ) : (
        <Button onClick={archive}>{words.archive}</Button>
      )}
      {room.may('delete_rooms') && (
        <Button kind="danger" onClick={remove}>
          {words.delete_room}
        </Button>
      )}
      <Outcome of={deed} />
      {question !== null && <Confirm question={question} onClose={() => ask(null)} />}
    </div>
  )
}
