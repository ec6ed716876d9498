import { StrictMode, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

import {
  ChatInput,
  createDrafts,
  emojiCompletion,
  peopleCompletion,
  VezaSettings,
} from '../../../../sdks/react/src/index.ts'

const calls: string[] = []
const drafts = createDrafts('test-drafts')
const people = [
  { username: 'ada', display_name: 'Ada Lovelace' },
  { username: 'bob', display_name: null },
]
const everybody = [
  { username: 'here', display_name: 'Everybody online' },
  { username: 'room', display_name: 'Everybody in the room' },
]
const sources = [
  peopleCompletion(
    () => people,
    () => (controls.mayCall === true ? everybody : []),
  ),
  { sign: '#' as const, find: async () => [{ key: 'general', insert: '#general', label: '#general' }] },
  emojiCompletion,
]
const commands = [
  { name: 'topic', takes: 'text', about: 'Changes the topic', run: (rest: string) => calls.push(`topic ${rest}`) },
  { name: 'leave', about: 'Leaves the room', run: () => calls.push('leave') },
]
type Editing = { message_id: number; content: string } | null

interface Controls {
  calls: string[]
  mayCall?: boolean
  edit?(editing: Editing): void
  go?(key: string): void
  enterSends?(enterSends: boolean): void
  to?(to: string): void
  close?(why: string): void
}
const controls: Controls = { calls }
;(globalThis as unknown as { controls: Controls }).controls = controls

/** A setter that returns when the page shows what it set: the next key a test presses meets that. */
const atOnce =
  <T,>(set: (value: T) => void) =>
  (value: T) =>
    flushSync(() => set(value))

function ComposerPage() {
  const [editing, setEditing] = useState<Editing>(null)
  const [key, setKey] = useState('room 1')
  const [enterSends, setEnterSends] = useState(true)
  const [to, setTo] = useState('#general')
  const [why, setWhy] = useState<string | null>(null)
  Object.assign(controls, {
    edit: atOnce(setEditing),
    go: atOnce(setKey),
    enterSends: atOnce(setEnterSends),
    to: atOnce(setTo),
    close: atOnce(setWhy),
  })
  return (
    <VezaSettings theme="light">
      <h1 className="vz-hidden">Composer</h1>
      <div style={{ height: 400 }} />
      <ChatInput
        key={key}
        draftKey={key}
        drafts={drafts}
        sources={sources}
        commands={commands}
        to={to}
        {...(why !== null && { placeholder: why, isDisabled: true })}
        maxLength={100}
        enterSends={enterSends}
        editing={editing}
        onSend={(text) => calls.push(`send ${text}`)}
        onEdit={(id, text) => {
          calls.push(`edit ${id} ${text}`)
          setEditing(null)
        }}
        onCancelEdit={() => setEditing(null)}
        onEditLast={() => setEditing({ message_id: 7, content: 'The last' })}
        onTyping={(isTyping) => calls.push(isTyping ? 'typing' : 'not typing')}
      />
    </VezaSettings>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <ComposerPage />
    </StrictMode>,
  )
