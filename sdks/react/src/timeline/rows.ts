import type { Message, TimelineItem } from 'veza-js-sdk'

import type { Dates } from '../format.ts'

/** What a row shows besides its message. */
export interface RowPlace {
  /** The day begins here. */
  day: string | null
  /** The first that is new to the reader. */
  isNew: boolean
  /** Of the same person as the one before, shortly after. */
  isGrouped: boolean
}

const together = 5 * 60_000
const items = new WeakMap<Message, TimelineItem>()

/** Messages as they come from the server, or items of the SDK's timeline. The same message is the same item. */
export const itemsOf = (given: readonly (Message | TimelineItem)[]): readonly TimelineItem[] =>
  given.every((one): one is TimelineItem => 'kind' in one) ? given : given.map(itemOf)

function itemOf(given: Message | TimelineItem): TimelineItem {
  if ('kind' in given) return given
  const known = items.get(given)
  if (known !== undefined) return known
  const item: TimelineItem = { kind: 'message', key: String(given.id), message: given }
  items.set(given, item)
  return item
}

export const itemTime = (item: TimelineItem): string =>
  item.kind === 'message' ? item.message.created_at : item.pending.created_at

const authorOf = (item: TimelineItem, me: number | null): number | null =>
  item.kind === 'message' ? item.message.author_id : me

export function placeOf(
  item: TimelineItem,
  before: TimelineItem | undefined,
  { dates, me, isNew }: { dates: Dates; me: number | null; isNew: boolean },
): RowPlace {
  const at = itemTime(item)
  const startsDay = before === undefined || dates.dayKey(itemTime(before)) !== dates.dayKey(at)
  const isSame = before !== undefined && authorOf(before, me) === authorOf(item, me)
  const isSoon = before !== undefined && new Date(at).getTime() - new Date(itemTime(before)).getTime() < together
  return { day: startsDay ? dates.day(at) : null, isNew, isGrouped: isSame && isSoon && !startsDay && !isNew }
}
