import { useCallback, useEffect, useRef, useState } from 'react'

import { isPassing } from './explain.ts'

interface Page {
  next_cursor: string | null
}

export interface Pages<P> {
  /** Those that are there, null before the first. */
  pages: P[] | null
  error: unknown
  /** Asks for the next page; null where there is none, or it is on its way. */
  more: (() => void) | null
  /** Asks once more for as many as there are; they stay until the new ones are there. */
  again(): void
}

interface State<P> {
  of: unknown
  pages: P[] | null
  error: unknown
  is_asking_more: boolean
}

/** A list that comes in pages, each asked for once. Another `ask` begins anew; it is to be kept by `useCallback`. */
export function usePages<P extends Page>(
  ask: ((cursor: string | null, signal: AbortSignal) => Promise<P>) | null,
): Pages<P> {
  const first: State<P> = { of: ask, pages: null, error: null, is_asking_more: false }
  const [state, setState] = useState(first)
  const now = state.of === ask ? state : first
  const latest = useRef(now)
  useEffect(() => {
    latest.current = now
  })
  /** Ends what was asked for before. */
  const asking = useRef<AbortController | null>(null)

  /** Pages in a row, from `cursor` on. */
  const load = useCallback(
    (before: P[], cursor: string | null, count: number) => {
      if (ask === null) return
      asking.current?.abort()
      const { signal } = (asking.current = new AbortController())
      const collect = async () => {
        const pages: P[] = [...before]
        for (let next = cursor; pages.length < count && (pages.length === 0 || next !== null);) {
          const page = await ask(next, signal)
          pages.push(page)
          next = page.next_cursor
        }
        return pages
      }
      collect().then(
        (pages) => {
          if (!signal.aborted) setState({ of: ask, pages, error: null, is_asking_more: false })
        },
        (error: unknown) => {
          if (signal.aborted) return
          setState((old) => ({
            of: ask,
            pages: old.of === ask && isPassing(error) ? old.pages : null,
            error,
            is_asking_more: false,
          }))
        },
      )
    },
    [ask],
  )
  useEffect(() => {
    const asked = asking
    load([], null, 1)
    return () => asked.current?.abort()
  }, [load])

  const again = useCallback(() => load([], null, Math.max(1, latest.current.pages?.length ?? 1)), [load])
  const next = now.pages?.at(-1)?.next_cursor ?? null
  const more = () => {
    const before = now.pages ?? []
    setState({ ...now, error: null, is_asking_more: true })
    load(before, next, before.length + 1)
  }
  return { pages: now.pages, error: now.error, more: next === null || now.is_asking_more ? null : more, again }
}
