import type { Summary } from 'veza-js-sdk'
import { Avatar, LiveRoomList, useCutOff } from 'veza-react-components'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { adminPartsOf } from '../admin/parts.ts'
import { useOwnUser } from '../own.ts'
import { mod_key } from '../keyboard/keys.ts'
import { Offer } from '../notify/Offer.tsx'
import { Button, IconButton } from '../parts/Button.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Menu, type MenuItem } from '../parts/Menu.tsx'
import { useTry } from '../parts/use-deed.ts'
import { ThreadsLine } from '../threads/ThreadsLine.tsx'
import { arrive } from '../conversation/arrive.ts'
import { useDialog } from './dialogs.ts'
import { useNewRooms } from './new-rooms.ts'
import { routeTo, summaryOf } from './order.ts'
import { frame_words } from './words.ts'

/** The pane of conversations, with the ways to others. */
export function List() {
  const { router } = useShell()
  const { route } = usePlace()
  const words = useText(frame_words)
  const open = useDialog()
  const goTo = (summary: Summary) => {
    // Whoever chooses a conversation leaves the list: what is written next is for that one.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    router.go(routeTo(summary))
    if (summaryOf([summary], route) !== null) arrive()
  }
  return (
    <div className="app-list">
      <header className="app-list-head">
        <Own />
        <IconButton icon="write" label={words.message} onClick={() => open({ name: 'message' })} />
      </header>
      <button type="button" className="app-find" title={words.find_label} onClick={() => open({ name: 'palette' })}>
        <Icon name="search" />
        <span>{words.find}</span>
        <kbd>{mod_key} K</kbd>
      </button>
      <div className="app-list-rooms">
        <ThreadsLine />
        <LiveRoomList
          selected={route.at === 'conversation' ? route.ref : null}
          isNew={useNewRooms()}
          onSelect={goTo}
          empty={
            <>
              <p>{words.no_conversations}</p>
              <Button kind="main" className="app-narrow" onClick={() => open({ name: 'browse' })}>
                {words.browse}
              </Button>
            </>
          }
        />
      </div>
      <Offer />
      <footer className="app-list-foot">
        <button type="button" className="app-list-deed" onClick={() => open({ name: 'browse' })}>
          <Icon name="compass" />
          {words.browse}
        </button>
        <button type="button" className="app-list-deed" onClick={() => open({ name: 'create' })}>
          <Icon name="plus" />
          {words.create}
        </button>
      </footer>
    </div>
  )
}

/** Oneself: how one looks to others, and the way to what is one's own. */
function Own() {
  const chat = useSignedIn()
  const { session, router } = useShell()
  const words = useText(frame_words)
  const attempt = useTry()
  const open = useDialog()
  const user = useOwnUser()
  const status = useOwnStatus(user?.id ?? 0)
  const cut_off = useCutOff()
  const is_there = useStore(chat.connection).status === 'connected' && cut_off === null
  if (user === null) return null
  const signOut = () => {
    // Who signs in next begins at the beginning.
    router.go({ at: 'sign-in' }, { replace: true })
    attempt(session.signOut())
  }
  const name = user.display_name ?? user.username
  const [part] = adminPartsOf(user.role)
  const statuses: MenuItem[] = (['online', 'away', 'busy', 'invisible'] as const).map((one) => ({
    label: words.statuses[one],
    is_on: one === status,
    // What one said beside another status was about that one.
    run: () => attempt(one === status ? chat.setStatus(one) : chat.setStatus(one, null)),
  }))
  return (
    <Menu
      className="app-own"
      label={words.own}
      items={[
        ...statuses,
        { label: words.settings, run: () => router.go({ at: 'settings', part: 'profile' }) },
        part === undefined ? null : { label: words.admin, run: () => router.go({ at: 'admin', part, id: null }) },
        { label: words.shortcuts, run: () => open({ name: 'shortcuts' }) },
        { label: words.sign_out, run: signOut },
      ]}
    >
      <Avatar
        user_id={user.id}
        name={name}
        size="small"
        {...(status !== null && { status: status === 'invisible' || !is_there ? 'offline' : status })}
      />
      <span>{name}</span>
      <span className="vz-hidden">: {words.own}</span>
    </Menu>
  )
}

function useOwnStatus(user_id: number): 'online' | 'away' | 'busy' | 'invisible' | null {
  const chat = useSignedIn()
  const presence = useStore(chat.presence(user_id))
  const connection = useStore(chat.connection)
  if (presence === null) return null
  // Others see offline where one is invisible; so does one's own store while connected.
  return presence.status === 'offline' ? (connection.status === 'connected' ? 'invisible' : null) : presence.status
}
