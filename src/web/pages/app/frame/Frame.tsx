import { useCallback, useEffect, useRef, useState, type CSSProperties } from 'react'
import { LiveConnectionBar } from 'veza-react-components'

import { usePlace, useShell, useSignedIn, useText } from '../context.ts'
import { Conversation } from '../conversation/Conversation.tsx'
import { side_files } from '../conversation/SidePane.tsx'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import { useNotifications } from '../notify/use-notifications.ts'
import { Boundary } from '../parts/Boundary.tsx'
import { whenIdle } from '../parts/idle.ts'
import { later } from '../parts/later.tsx'
import { Skeleton } from '../parts/Waiting.tsx'
import { Join } from '../rooms/Join.tsx'
import { refKey, routeOf, type Route } from '../route.ts'
import { ThreadsContext, useThreadsFollowed } from '../threads/context.ts'
import { BackLine } from './BackLine.tsx'
import { DialogContext, type DialogName } from './dialogs.ts'
import { dialog_files, Dialogs } from './Dialogs.tsx'
import { useListWidth } from './Divider.tsx'
import { FactorDue } from './Stops.tsx'
import { Home } from './Home.tsx'
import { List } from './List.tsx'
import { inOrder, neighbour, routeTo } from './order.ts'
import { useAdded } from './new-rooms.ts'
import { useExits, useLastPlace, useTitle } from './use-watch.ts'
import { frame_words } from './words.ts'

const Settings = later(() => import('../settings/index.tsx'), <Skeleton />)
const Admin = later(() => import('../admin/Admin.tsx'), <Skeleton />)

/** The page of those who are signed in, with what is followed for all of it. */
export function Frame() {
  return (
    <ThreadsContext.Provider value={useThreadsFollowed()}>
      <Panes />
    </ThreadsContext.Provider>
  )
}

/** The list, what one reads, and what is beside it. */
function Panes() {
  const words = useText(frame_words)
  const { route, side } = usePlace()
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const [width, handle] = useListWidth()
  const main = useRef<HTMLElement>(null)
  const closeDialog = useCallback(() => setDialog(null), [])
  useTitle()
  useLastPlace()
  useExits()
  useAdded()
  useNotifications()
  useKeys(setDialog)
  useFetchedAhead()

  // Where one pane is all there is room for.
  const pane = route.at === 'home' ? 'list' : side === null ? 'main' : 'side'
  return (
    <DialogContext.Provider value={setDialog}>
      <div className="app-frame" data-pane={pane} style={{ '--app-list': `${width}px` } as CSSProperties}>
        <button type="button" className="app-skip" onClick={() => main.current?.focus()}>
          {words.skip}
        </button>
        <List />
        {handle}
        <main ref={main} className="app-main" tabIndex={-1}>
          <FactorDue />
          {route.at !== 'conversation' && <LiveConnectionBar />}
          <Boundary key={placeKey(route)}>
            <Main route={route} />
          </Boundary>
        </main>
      </div>
      {dialog !== null && <Dialogs dialog={dialog} open={setDialog} onClose={closeDialog} />}
    </DialogContext.Provider>
  )
}

/** What is broken at one place is not at another. */
function placeKey(route: Route): string {
  if (route.at === 'conversation') return refKey(route.ref)
  return route.at === 'settings' || route.at === 'admin' ? `${route.at} ${route.part}` : route.at
}

function Main({ route }: { route: Route }) {
  const { router } = useShell()
  switch (route.at) {
    case 'conversation':
      return <Conversation key={refKey(route.ref)} at={route.ref} message={route.message} />
    case 'join':
      return (
        <>
          <BackLine />
          <Join code={route.code} />
        </>
      )
    case 'settings':
      return (
        <>
          <BackLine />
          <Settings part={route.part} navigate={(to) => router.go(routeOf(to))} />
        </>
      )
    case 'admin':
      return (
        <>
          <BackLine />
          <Admin part={route.part} id={route.id} />
        </>
      )
    default:
      return <Home />
  }
}

/** Keys that work wherever one is. */
function useKeys(open: (dialog: DialogName) => void): void {
  const chat = useSignedIn()
  const { router } = useShell()
  const step = (by: 1 | -1, unread_only: boolean) => () => {
    const { route } = router.get()
    const next = neighbour(inOrder(chat.conversations.get() ?? [], route), route, by, unread_only)
    if (next !== null) router.go(routeTo(next))
  }
  useShortcuts({
    find: () => open({ name: 'palette' }),
    sheet: () => open({ name: 'shortcuts' }),
    previous: step(-1, false),
    next: step(1, false),
    previous_unread: step(-1, true),
    next_unread: step(1, true),
    first_new: () => {
      if (router.get().route.at !== 'conversation') return false
      document.querySelector<HTMLElement>('.vz-conversation .vz-to-new button')?.click()
    },
    search: () => {
      if (router.get().route.at !== 'conversation') return false
      router.show({ show: 'search' })
    },
    back: () => {
      if (router.get().side !== null) router.show(null)
      else document.querySelector<HTMLElement>('.vz-conversation .vz-composer-field')?.focus()
    },
  })
}

/** What is not needed yet is fetched while nobody waits, so that it is there without the server too. */
function useFetchedAhead(): void {
  useEffect(
    () =>
      whenIdle(() => {
        // What cannot be had now is asked for again when somebody wants it.
        for (const file of [Settings, ...side_files, ...dialog_files]) file.fetch().catch((error: unknown) => error)
      }),
    [],
  )
}
