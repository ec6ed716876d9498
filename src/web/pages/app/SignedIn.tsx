import { useEffect, useMemo, useState } from 'react'
import { createChat, type Chat } from 'veza-js-sdk'
import { VezaProvider, type LinkOfRoom } from 'veza-react-components'

import { ChatContext, useLocale, useShell, useSignedIn, useStore } from './context.ts'
import { Frame } from './frame/Frame.tsx'
import { pathOf } from './route.ts'
import { Banned } from './sign/Banned.tsx'

const banned_code = 4403

/** The chat of the person who is signed in. Everything that only they need is in its file. */
export default function SignedIn({ user_id }: { user_id: number }) {
  const { router } = useShell()
  const locale = useLocale()
  const chat = useOwnChat(user_id)
  useEffect(() => {
    // The doors are behind one.
    const { at } = router.get().route
    if (at === 'sign-in' || at === 'sign-up') router.go({ at: 'home' }, { replace: true })
  }, [router])
  return (
    <ChatContext.Provider value={chat}>
      <VezaProvider chat={chat} locale={locale} linkOfRoom={useRoomLinks(chat)}>
        <Place />
      </VezaProvider>
    </ChatContext.Provider>
  )
}

function Place() {
  const connection = useStore(useSignedIn().connection)
  // While one tries again, one stays where one is.
  const [is_banned, setBanned] = useState(false)
  const is_out = connection.status === 'stopped' && connection.code === banned_code
  if (is_out !== is_banned && connection.status !== 'connecting') setBanned(is_out)
  return is_banned ? <Banned /> : <Frame />
}

/** One chat for one person. The server is told when they read another language, since its sentences are in it too. */
function useOwnChat(user_id: number): Chat {
  const { session, locale } = useShell()
  const chat = useMemo(
    () => createChat({ url: location.origin, token: session.token, user_id, locale: locale.get }),
    [session, user_id, locale],
  )
  useEffect(() => {
    // What keeps it from connecting is in its `connection`, which the page shows.
    chat.connect().catch((error: unknown) => error)
    return () => chat.close()
  }, [chat])
  useEffect(
    () =>
      locale.subscribe(() => {
        // Who is not connected tells it when connecting.
        chat.refresh().catch((error: unknown) => error)
      }),
    [chat, locale],
  )
  return chat
}

/** Links to the rooms that one is in. The function is another only when those are. */
function useRoomLinks(chat: Chat): LinkOfRoom {
  const { router } = useShell()
  const slugs = (useStore(chat.conversations) ?? []).flatMap(({ slug }) => slug ?? []).join(' ')
  return useMemo(() => {
    const known = new Set(slugs.split(' '))
    return (slug) => {
      if (!known.has(slug)) return null
      const route = { at: 'conversation', ref: { room_id: slug }, message: null } as const
      return { href: pathOf(route), open: () => router.go(route) }
    }
  }, [router, slugs])
}
