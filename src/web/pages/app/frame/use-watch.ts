import { useEffect } from 'react'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { markIcon } from '../notify/icon.ts'
import { pathOf, routeOf } from '../route.ts'
import { keep, kept } from '../stored.ts'
import { routeTo, summaryOf } from './order.ts'
import { frame_words } from './words.ts'

const one_pane = '(max-width: 899px)'

/** The title says where one is and what waits; the icon, whether something does. */
export function useTitle(): void {
  const chat = useSignedIn()
  const { route } = usePlace()
  const words = useText(frame_words)
  const conversations = useStore(chat.conversations)
  const name = summaryOf(conversations, route)?.name ?? (route.at === 'settings' ? words.settings : null)
  const waiting = (conversations ?? []).reduce(
    (sum, { kind, unread_count, mention_count }) => sum + (kind === 'dm' ? unread_count : mention_count),
    0,
  )
  useEffect(() => {
    document.title = [waiting > 0 && words.unread(waiting), name === null ? 'Veza Chat' : `${name} – Veza Chat`].filter(Boolean).join(' ') // prettier-ignore
    // A page without its icon is still a page.
    markIcon(waiting > 0).catch((error: unknown) => error)
  }, [waiting, name, words])
}

/** Comes back to where one was, where there is room for the list beside it. */
export function useLastPlace(): void {
  const chat = useSignedIn()
  const { session, router } = useShell()
  const { route } = usePlace()
  const conversations = useStore(chat.conversations)
  const user = useStore(session.user)
  const name = `veza.place ${user?.id ?? 0}`
  useEffect(() => {
    if (route.at === 'conversation') keep(name, pathOf({ ...route, message: null }))
  }, [name, route])
  useEffect(() => {
    if (route.at !== 'home' || conversations === null || matchMedia(one_pane).matches) return
    const before = summaryOf(conversations, routeOf(kept(name) ?? '/'))
    if (before !== null) router.go(routeTo(before), { replace: true })
  }, [name, route, conversations, router])
}

/** Leaves a conversation that is no longer one's own. */
export function useExits(): void {
  const chat = useSignedIn()
  const { router, tell } = useShell()
  const words = useText(frame_words)
  useEffect(() => {
    const current = (room_id: number) => {
      const { route } = router.get()
      const summary = summaryOf(chat.conversations.get(), route)
      if (summary !== null) return 'room_id' in summary.ref && summary.ref.room_id === room_id ? summary.name : null
      return route.at === 'conversation' && 'room_id' in route.ref && route.ref.room_id === room_id ? '' : null
    }
    // The list is changed by the same event: the name is taken before.
    const ends = [
      chat.on('room_deleted', ({ room_id }) => {
        const name = current(room_id)
        if (name !== null) {
          tell(words.deleted(name))
          router.go({ at: 'home' }, { replace: true })
        }
      }),
      chat.on('member_left', ({ room_id, user_id, reason }) => {
        const name = user_id === chat.me.get()?.id && reason === 'kicked' ? current(room_id) : null
        if (name !== null) {
          tell(words.kicked(name))
          router.go({ at: 'home' }, { replace: true })
        }
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, router, tell, words])
}
