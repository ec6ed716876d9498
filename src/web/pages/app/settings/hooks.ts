import { useMemo } from 'react'

import { useApp } from '../context.ts'
import { useRegion } from '../parts/use-region.ts'
import { type Words, wordsOf } from './words.ts'

export const useWords = (): Words => wordsOf[useApp().locale]

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
