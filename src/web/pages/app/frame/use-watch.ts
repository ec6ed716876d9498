import { useEffect, useLayoutEffect, useRef } from 'react'
import type { Summary } from 'veza-js-sdk'
import { isOf } from 'veza-react-components'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { markIcon } from '../notify/icon.ts'
import { pathOf, routeOf, type Route } from '../route.ts'
import { keep, kept } from '../stored.ts'
import { useUnreadThreads } from '../threads/context.ts'
import { isOnePane } from './one-pane.ts'
import { routeTo, summaryOf } from './order.ts'
import { frame_words } from './words.ts'

/** The title says where one is and what waits; the icon, whether something does. */
export function useTitle(): void {
  const chat = useSignedIn()
  const { route } = usePlace()
  const words = useText(frame_words)
  const conversations = useStore(chat.conversations)
  const name =
    summaryOf(conversations, route)?.name ?? (route.at === 'settings' || route.at === 'admin' ? words[route.at] : null)
  const waiting = (conversations ?? []).reduce(
    (sum, { kind, unread_count, mention_count }) => sum + (kind === 'dm' ? unread_count : mention_count),
    useUnreadThreads().length,
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
  // At once: the page may be left before it is painted.
  useLayoutEffect(() => {
    if (route.at === 'conversation') keep(name, pathOf({ ...route, message: null }))
  }, [name, route])
  useEffect(() => {
    if (route.at !== 'home' || conversations === null || isOnePane()) return
    const before = summaryOf(conversations, routeOf(kept(name) ?? '/'))
    if (before !== null) router.go(routeTo(before), { replace: true })
  }, [name, route, conversations, router])
}

/** Leaves a room that is no longer one's own. */
export function useExits(): void {
  const chat = useSignedIn()
  const { router, tell } = useShell()
  const { route } = usePlace()
  const words = useText(frame_words)
  const summary = summaryOf(useStore(chat.conversations), route)
  /** What was here before the list lost it. */
  const here = useRef<{ route: Route; summary: Summary } | null>(null)
  // At once, as the next event may be that one is put out.
  useLayoutEffect(() => {
    if (summary !== null) here.current = { route, summary }
  }, [route, summary])
  useEffect(() => {
    const isLeft = (room_id: number) => {
      const left = here.current
      return left !== null && pathOf(left.route) === pathOf(router.get().route) && isOf(left.summary, { room_id })
    }
    const leave = (saying: string | null) => {
      if (saying !== null) tell(saying)
      router.go({ at: 'home' }, { replace: true })
    }
    const ends = [
      chat.on('room_deleted', ({ room_id, slug, room_name, user_id, username }) => {
        const { route } = router.get()
        // Who has joined just now may not have it in the list yet.
        const is_open =
          route.at === 'conversation' && 'room_id' in route.ref && [room_id, slug].includes(route.ref.room_id)
        if (is_open || isLeft(room_id)) leave(words.deleted(room_name, user_id === chat.me.get()?.id ? null : username))
      }),
      chat.on('member_left', ({ room_id, user_id, reason }) => {
        if (user_id !== chat.me.get()?.id || !isLeft(room_id)) return
        leave(reason === 'kicked' ? words.kicked(here.current?.summary.name ?? '') : null)
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, router, tell, words])
}
