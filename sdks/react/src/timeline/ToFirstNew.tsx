import type { TimelineItem } from 'veza-js-sdk'

import type { Dates } from '../format.ts'
import { Icon } from '../Icon.tsx'
import { useSettings } from '../settings.tsx'
import type { Words } from '../words.ts'
import { itemTime } from './rows.ts'

interface ToFirstNewProps {
  count: number
  /** The first of them, where it is loaded. */
  first: TimelineItem | undefined
  onJump(): void
  onDone(): void
}

/** The way up to the line "new", and the word that it is not needed. */
export function ToFirstNew({ count, first, onJump, onDone }: ToFirstNewProps) {
  const { words, dates } = useSettings()
  return (
    <div className="vz-to-new">
      <button type="button" onClick={onJump}>
        <Icon name="up" />
        {words.toFirstNew(count, first === undefined ? null : momentOf(itemTime(first), dates, words))}
      </button>
      <button type="button" aria-label={words.markRead} title={words.markRead} onClick={onDone}>
        <Icon name="close" />
      </button>
    </div>
  )
}

/** The time, with its day where that is not today, as it stands within a sentence. */
function momentOf(at: string, dates: Dates, words: Words): string {
  const day = dates.day(at)
  if (day === words.today) return dates.time(at)
  return `${day === words.yesterday ? day.toLowerCase() : day} ${dates.time(at)}`
}
