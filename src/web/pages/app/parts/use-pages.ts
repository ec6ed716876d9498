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
  /** Asks once more for as many as one has asked for; what is there stays until the new ones are. */
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
  /** Ends what was asked for before; null when there is nothing on its way. */
  const asking = useRef<AbortController | null>(null)
  /** How many one has asked for; what is on its way goes on until then. */
  const wanted = useRef(1)

  /** Those after `before`. */
  const load = useCallback(
    (before: P[]) => {
      if (ask === null) return
      asking.current?.abort()
      const { signal } = (asking.current = new AbortController())
      const collect = async () => {
        const pages: P[] = [...before]
        let next = before.at(-1)?.next_cursor ?? null
        while (!signal.aborted && pages.length < wanted.current && (pages.length === 0 || next !== null)) {
          const page = await ask(next, signal)
          pages.push(page)
          next = page.next_cursor
        }
        return pages
      }
      const end = (become: (old: State<P>) => State<P>) => {
        if (signal.aborted) return
        asking.current = null
        setState(become)
      }
      collect().then(
        (pages) => end(() => ({ of: ask, pages, error: null, is_asking_more: false })),
        (error: unknown) =>
          end((old) => ({
            of: ask,
            pages: old.of === ask && isPassing(error) ? old.pages : null,
            error,
            is_asking_more: false,
          })),
      )
    },
    [ask],
  )
  useEffect(() => {
    const asked = asking
    wanted.current = 1
    load([])
    return () => asked.current?.abort()
  }, [load])

  const again = useCallback(() => load([]), [load])
  const next = now.pages?.at(-1)?.next_cursor ?? null
  const more = () => {
    const before = now.pages ?? []
    wanted.current = before.length + 1
    setState({ ...now, error: null, is_asking_more: true })
    if (asking.current === null) load(before)
  }
  return { pages: now.pages, error: now.error, more: next === null || now.is_asking_more ? null : more, again }
}
