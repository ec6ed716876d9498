import { useLayoutEffect, useMemo, useState } from 'react'

import { begunAt, type Begun, type Completion, type CompletionSource } from './completion.ts'

/** After the last key, before a source is asked to search. */
const settled_ms = 200

export interface Suggestions {
  begun: Begun
  found: readonly Completion[]
  at: number
}

/** What the sources know about what is being typed; null where there is nothing to choose. */
export function useCompletion(text: string, caret: number, sources: readonly CompletionSource[], isOn: boolean) {
  const [found, setFound] = useState<{ place: string; list: readonly Completion[] } | null>(null)
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState<string | null>(null)
  const begun = useMemo(() => (isOn ? begunAt(text, caret, sources) : null), [text, caret, sources, isOn])
  const place = begun === null ? null : placeOf(begun)
  if (begun === null && closed !== null) setClosed(null)

  // In the turn of the key, as the next one may already take what is found: it is of this word then, and not of its beginning.
  useLayoutEffect(() => {
    if (begun === null) return
    let isLate = false
    const typed = begun.source.sign + begun.query
    const known = new Map<string, Completion>()
    const take = (list: readonly Completion[]) => {
      if (isLate) return
      for (const one of list) if (!known.has(one.key)) known.set(one.key, one)
      const all = [...known.values()]
      // What is written out needs no completion, and Enter is to send it.
      const isDone = all.length === 1 && all[0]?.insert === typed
      setFound({ place: placeOf(begun), list: isDone ? [] : all })
    }
    const { source, query } = begun
    const first = source.find(query)
    const takeFirst = (list: readonly Completion[]) => {
      take(list)
      if (!isLate) setAt(0)
    }
    // A source that fails has nothing to offer; one types on.
    if ('then' in first) first.then(takeFirst, () => takeFirst([]))
    else takeFirst(first)
    const nothing = (): readonly Completion[] => []
    const search = async () => {
      const more = (await source.search?.(query)) ?? []
      await Promise.resolve(first).catch(nothing)
      take(more)
    }
    const timer = source.search && setTimeout(() => search().catch(nothing), settled_ms)
    return () => {
      isLate = true
      clearTimeout(timer)
    }
  }, [begun])

  const list = found !== null && found.place === place && closed !== place ? found.list : []
  const suggestions: Suggestions | null =
    begun === null || list.length === 0 ? null : { begun, found: list, at: Math.min(at, list.length - 1) }
  return {
    suggestions,
    move: (by: number) => setAt((now) => (now + by + list.length) % list.length),
    close: () => setClosed(place),
  }
}

const placeOf = (begun: Begun): string => `${begun.start} ${begun.source.sign}`
