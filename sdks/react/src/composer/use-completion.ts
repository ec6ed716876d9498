import { useEffect, useState } from 'react'

import { begunAt, type Begun, type Completion, type CompletionSource } from './completion.ts'

export interface Suggestions {
  begun: Begun
  found: readonly Completion[]
  at: number
}

/** What the sources know about what is being typed; null where there is nothing to choose. */
export function useCompletion(text: string, caret: number, sources: readonly CompletionSource[], isOn: boolean) {
  const [found, setFound] = useState<{ begun: Begun; list: readonly Completion[] } | null>(null)
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState<string | null>(null)
  const begun = isOn ? begunAt(text, caret, sources) : null
  const sign = begun === null ? null : `${begun.start} ${begun.source.sign}`
  const key = begun === null ? null : `${sign} ${begun.query}`

  useEffect(() => {
    if (begun === null) {
      setFound(null)
      setClosed(null)
      return
    }
    let isLate = false
    const typed = begun.source.sign + begun.query
    const take = (list: readonly Completion[]) => {
      if (isLate) return
      // What is written out needs no completion, and Enter is to send it.
      const isDone = list.length === 1 && list[0]?.insert === typed
      setFound({ begun, list: isDone ? [] : list })
      setAt(0)
    }
    // A source that fails has nothing to offer; one types on.
    Promise.resolve(begun.source.find(begun.query)).then(take, () => take([]))
    return () => {
      isLate = true
    }
    // `begun` is another object each time; what it says is in the key.
  }, [key, begun?.source])

  const isOpen = found !== null && begun !== null && found.list.length > 0 && closed !== sign
  const suggestions: Suggestions | null = isOpen ? { begun: { ...begun }, found: found.list, at: Math.min(at, found.list.length - 1) } : null // prettier-ignore
  return {
    suggestions,
    move: (by: number) => setAt((now) => (found === null ? 0 : (now + by + found.list.length) % found.list.length)),
    close: () => setClosed(sign),
  }
}
