import { useState } from 'react'

import { type Loaded, useLoaded } from './hooks.ts'

interface PageOf<T> {
  items: T[]
  next_cursor: string | null
}

/** A list that comes in pages: all that is loaded, and how to have more of it, null when there is none. */
export function usePages<T>(
  load: (cursor: string | null) => Promise<PageOf<T>>,
): Loaded<T[]> & { more: (() => void) | null } {
  const [next, setNext] = useState<string | null>(null)
  const loaded = useLoaded(async () => {
    const { items, next_cursor } = await load(null)
    setNext(next_cursor)
    return items
  })
  const more = () => {
    const from = next
    setNext(null)
    load(from).then(
      ({ items, next_cursor }) => {
        loaded.set([...(loaded.value ?? []), ...items])
        setNext(next_cursor)
      },
      // The button comes back, to be pressed again.
      () => setNext(from),
    )
  }
  return { ...loaded, more: next === null ? null : more }
}
