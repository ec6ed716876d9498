import { AppError } from './errors.ts'
import { Text } from './text.ts'

const reason = 'must be a time in the future, or null'

/** RFC 3339, to be read by `futureTime`. */
export const FutureTime = Text({
  pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$',
  error: reason,
  examples: ['2030-01-31T12:00:00Z'],
})

/** The end of the years that every client can read. */
export const furthest = new Date('9999-12-31T23:59:59.000Z')

/** VALIDATION_FAILED, by the name of its field, for what is over, and for a day or a time of day that there is not. */
export function futureTime(text: string, field: string, now: Date): Date {
  const time = new Date(text)
  if (time > now && time <= furthest && isDay(text.slice(0, 10))) return time
  throw new AppError('VALIDATION_FAILED', [{ field, reason }])
}

/** The thirtieth of February would be taken for one of March. */
const isDay = (day: string): boolean => new Date(day).toISOString().startsWith(day)
