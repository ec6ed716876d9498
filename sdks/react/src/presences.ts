import { useEffect, useState } from 'react'
import type { Presence } from 'veza-js-sdk'

import type { Status } from './Avatar.tsx'
import { useChat } from './provider.tsx'

/** The presence of several users with what they say beside it, followed while mounted; of who is not known yet, undefined. */
export function usePresences(user_ids: readonly number[]): (user_id: number) => Presence | undefined {
  const chat = useChat()
  const key = [...new Set(user_ids)].toSorted((a, b) => a - b).join(' ')
  const [known, setKnown] = useState<ReadonlyMap<number, Presence>>(new Map())
  useEffect(() => {
    const stores = key === '' ? [] : key.split(' ').map((id) => chat.presence(Number(id)))
    const read = () => {
      const now = stores.map((store) => store.get()).filter((presence) => presence !== null)
      setKnown(new Map(now.map((presence) => [presence.user_id, presence])))
    }
    const ends = stores.map((store) => store.subscribe(read))
    read()
    return () => {
      for (const end of ends) end()
    }
  }, [chat, key])
  return (user_id) => known.get(user_id)
}

/** The same as a word each. */
export function useStatuses(user_ids: readonly number[]): (user_id: number) => Status | undefined {
  const presenceOf = usePresences(user_ids)
  return (user_id) => presenceOf(user_id)?.status
}
