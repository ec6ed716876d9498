import { useText } from '../context.ts'
import { room_words } from './words.ts'

const slow_seconds = [0, 5, 10, 30, 60, 300, 900, 3600, 21_600]

/** The steps of slow mode, in words; with one of its own for a room that has another one. */
export function useSlowChoices(now = 0): { value: string; label: string }[] {
  const words = useText(room_words)
  const label = (seconds: number): string => {
    if (seconds === 0) return words.off
    if (seconds % 3600 === 0) return words.hours(seconds / 3600)
    return seconds % 60 === 0 ? words.minutes(seconds / 60) : words.seconds(seconds)
  }
  return [...new Set([...slow_seconds, now])]
    .toSorted((one, other) => one - other)
    .map((seconds) => ({ value: String(seconds), label: label(seconds) }))
}
