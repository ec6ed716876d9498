import { useRef } from 'react'

import { useSignedIn, useStore, useText } from '../context.ts'
import { useArrival } from '../parts/use-arrival.ts'
import { Browse } from '../rooms/Browse.tsx'
import { room_words } from '../rooms/words.ts'
import { useDialog } from './dialogs.ts'

/** What there is to begin with, until one is somewhere. */
export function Home() {
  const chat = useSignedIn()
  const words = useText(room_words)
  const open = useDialog()
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  const conversations = useStore(chat.conversations)
  const is_new = conversations?.length === 0
  return (
    <div className="app-page">
      <h1 ref={heading} tabIndex={-1}>
        {is_new ? words.welcome : words.browse}
      </h1>
      <p className="app-muted">{is_new ? words.welcome_text : words.browse_text}</p>
      <Browse onCreate={() => open({ name: 'create' })} />
    </div>
  )
}
