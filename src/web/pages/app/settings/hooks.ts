import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { useApp } from '../context.ts'
import { useRegion } from '../parts/use-region.ts'
import { type Failure, type Failures, failureOf } from './failure.ts'
import { type Words, wordsOf } from './words.ts'

export const useWords = (): Words => wordsOf[useApp().locale]

export interface Deed {
  is_busy: boolean
  failure: Failure | null
  /** What to say now that it is done; null before, and after it failed. */
  done: string | null
  /** Does one thing at a time: asked again meanwhile it does nothing. */
  run(deed: () => Promise<string | undefined>): void
}

/** Something that is asked of the server, with what becomes of it. */
export function useDeed(failures?: Failures): Deed {
  const words = useWords()
  const [state, setState] = useState<Omit<Deed, 'run'>>({ is_busy: false, failure: null, done: null })
  const busy = useRef(false)
  const run = (deed: () => Promise<string | undefined>): void => {
    if (busy.current) return
    busy.current = true
    setState({ is_busy: true, failure: null, done: null })
    deed().then(
      (done = words.saved) => {
        busy.current = false
        setState({ is_busy: false, failure: null, done })
      },
      (error: unknown) => {
        busy.current = false
        setState({ is_busy: false, failure: failureOf(error, words, failures), done: null })
      },
    )
  }
  return { ...state, run }
}

export type Loaded<T> = { value: T | null; failed: boolean; reload(): void; set(value: T): void }

/** What `load` resolves to, asked for again by `reload`, which keeps the old until the new is there. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, set] = useState<T | null>(null)
  const [failed, setFailed] = useState(false)
  const latest = useRef(load)
  useEffect(() => {
    latest.current = load
  })
  // Only what was asked for last counts, and nothing once nobody looks.
  const round = useRef(0)
  const reload = useCallback(() => {
    const own = ++round.current
    latest.current().then(
      (value) => {
        if (round.current !== own) return
        set(value)
        setFailed(false)
      },
      () => round.current === own && setFailed(true),
    )
  }, [])
  useEffect(() => {
    const rounds = round
    reload()
    return () => {
      rounds.current++
    }
  }, [reload])
  return useMemo(() => ({ value, failed, reload, set }), [value, failed, reload])
}

const minute = 60_000

/** Moments as the reader has them: `ago` as in "5 minutes ago", `day` as a date. */
export function useMoments() {
  const locale = useRegion()
  return useMemo(() => {
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' })
    const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 })
    return {
      isPast: (at: string) => new Date(at).getTime() < Date.now(),
      day: (at: string) => date.format(new Date(at)),
      ratio: (ratio: number) => number.format(Math.floor(ratio * 10) / 10),
      ago: (at: string) => {
        const minutes = Math.round((new Date(at).getTime() - Date.now()) / minute)
        if (Math.abs(minutes) < 60) return relative.format(Math.min(0, minutes), 'minute')
        const hours = Math.round(minutes / 60)
        return Math.abs(hours) < 48 ? relative.format(hours, 'hour') : relative.format(Math.round(hours / 24), 'day')
      },
    }
  }, [locale])
}
