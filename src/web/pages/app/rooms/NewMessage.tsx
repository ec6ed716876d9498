import { useRef } from 'react'
import { Avatar } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Outcome } from '../parts/Form.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { FindPerson } from './FindPerson.tsx'
import { room_words } from './words.ts'

/** Finds a person by the beginning of a name and opens the DM with them. */
export default function NewMessage({ onClose }: { onClose(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(room_words)
  const me = useStore(chat.me)
  const deed = useDeed()
  const leaves = useRef(false)

  const write = (user_id: number) =>
    deed.run(async () => {
      const { ref } = await chat.directMessage(user_id)
      leaves.current = true
      onClose()
      router.go({ at: 'conversation', ref, message: null })
    })

  return (
    <Dialog title={words.message} onClose={onClose} leaves={leaves}>
      <div className="app-form">
        <FindPerson label={words.find_person} onOnly={({ id }) => write(id)}>
          {({ id, username, display_name }) => (
            <button type="button" aria-disabled={deed.busy} onClick={() => write(id)}>
              <Avatar user_id={id} name={display_name ?? username} size="small" />
              <span>{display_name ?? username}</span>
              <span className="app-muted">{id === me?.id ? words.yourself : `@${username}`}</span>
            </button>
          )}
        </FindPerson>
        <Outcome of={deed} />
      </div>
    </Dialog>
  )
}
