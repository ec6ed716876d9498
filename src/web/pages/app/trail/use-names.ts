import { useEffect, useMemo, useState } from 'react'

import { useSignedIn } from '../context.ts'
import { peopleOf, type Entry } from './facts.ts'

/** As many as the server tells at once. */
const most_at_once = 200

/** The usernames of those whom these deeds are about. Whoever is not known, not yet or not any more, is null. */
export function useNames(entries: readonly Entry[]): (user_id: number) => string | null {
  const chat = useSignedIn()
  const [asked, setAsked] = useState<ReadonlyMap<number, string>>(new Map())
  const actors = useMemo(
    () => new Map(entries.flatMap(({ actor_id, actor_username: name }): [number, string][] => (actor_id === null || name === null ? [] : [[actor_id, name]]))), // prettier-ignore
    [entries],
  )
  useEffect(() => {
    const wanted = [...new Set(entries.flatMap(peopleOf))].filter((id) => !actors.has(id) && !asked.has(id))
    if (wanted.length === 0) return
    let is_late = false
    const ask = async () => {
      const names = new Map(asked)
      for (let at = 0; at < wanted.length; at += most_at_once) {
        const user_ids = wanted.slice(at, at + most_at_once)
        const { users } = await chat.command('get_presence', { user_ids })
        // Who is gone is not asked for again.
        for (const id of user_ids) names.set(id, users.find(({ user_id }) => user_id === id)?.username ?? '')
      }
      if (!is_late) setAsked(names)
    }
    // Without an answer the deeds are still to be read, by number.
    ask().catch((error: unknown) => error)
    return () => {
      is_late = true
    }
  }, [chat, entries, actors, asked])
  return (user_id) => {
    const name = actors.get(user_id) ?? asked.get(user_id) ?? ''
    return name === '' ? null : name
  }
}
