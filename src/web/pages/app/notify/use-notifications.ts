import { useEffect } from 'react'
import { plainText } from 'veza-react-components'

import { useShell, useSignedIn, useText } from '../context.ts'
import { preferences } from '../settings/preferences.ts'
import { notification } from './browser.ts'
import { followLevels } from './levels.ts'
import { createLooking } from './looking.ts'
import { followNews, type News } from './news.ts'
import { createShown } from './shown.ts'
import { chime } from './sound.ts'
import { inTurn } from './tabs.ts'
import { createTold } from './told.ts'
import { notify_words, type NotifyWords } from './words.ts'

const longest = 140

/** Tells of what one wants to hear of while one does not look: mentions and direct messages, or every message, as chosen for the device and for the conversation. */
export function useNotifications(): void {
  const chat = useSignedIn()
  const { router, session } = useShell()
  const words = useText(notify_words)
  useEffect(() => {
    const user_id = session.user.get()?.id
    if (user_id === undefined) return
    const looking = createLooking(chat, router, user_id)
    const all_shown = createShown(chat)
    const show = (news: News) => {
      const text = news.is_code ? news.text : plainText(news.text)
      const body = news.room !== null && news.count > 1 ? `${news.author}: ${text}` : text
      const shown = notification(titleOf(news, words), {
        body: preferences.get().preview ? body.slice(0, longest) : '',
        // Tabs that cannot take turns each show it under the same tag, and the system shows one.
        tag: `${news.key} ${news.message_id}`,
      })
      if (shown === null) return
      all_shown.add(news.key, shown)
      shown.onclick = () => {
        shown.close()
        focus()
        router.go({ at: 'conversation', ref: news.ref, message: news.message_id })
      }
    }
    const end = followNews({
      chat,
      user_id,
      told: createTold(user_id),
      inTurn,
      level: () => preferences.get().notify,
      isLookedAt: looking.at,
      tell: (all) => {
        if (preferences.get().sound) chime()
        for (const news of all) show(news)
      },
    })
    const endLevels = followLevels(chat)
    return () => {
      end()
      endLevels()
      looking.end()
      all_shown.end()
    }
  }, [chat, router, session, words])
}

function titleOf({ author, room, count }: News, words: NotifyWords): string {
  if (count > 1) return room === null ? words.several_from(count, author) : words.several(count, room)
  return room === null ? author : words.mentioned(author, room)
}
