import { useEffect, useRef, useState } from 'react'
import type { TimelineItem } from 'veza-js-sdk'

import { useLatest } from '../latest.ts'
import type { RowWindow } from './use-window.ts'

/** Where the line "new" stands: the index of the row below it, or before all that is loaded; null where there is none. */
export function lineOf(
  items: readonly TimelineItem[],
  lastRead: number | null,
  hasOlder: boolean,
): number | 'before' | null {
  if (lastRead === null) return null
  const at = items.findIndex((item) => item.kind === 'message' && item.message.number > lastRead)
  const first = items[at]
  if (first?.kind !== 'message') return null
  return at === 0 && hasOlder && first.message.number > lastRead + 1 ? 'before' : at
}

/** Whether the line is above what one sees, and nobody has seen it yet or said that it is enough. */
export function useLineAbove(
  line: number | 'before' | null,
  lastRead: number | null,
  { scroller, list, start, end }: RowWindow,
): [isAbove: boolean, done: () => void] {
  /** The lines, by the number above them, that one is done with, and that is known to be above. */
  const [over, setOver] = useState<number | null>(null)
  const [above, setAbove] = useState<number | null>(null)
  const isDrawn = typeof line === 'number' && line >= start && line < end
  const isOver = over === lastRead
  useEffect(() => {
    const drawn = isDrawn && !isOver ? list.current?.querySelector('.vz-new') : null
    if (!drawn) return
    const observer = new IntersectionObserver(
      (entries) => {
        const now = entries.at(-1)
        if (now?.isIntersecting === true) setOver(lastRead)
        else setAbove(now !== undefined && now.boundingClientRect.top < (now.rootBounds?.top ?? 0) ? lastRead : null)
      },
      { root: scroller.current },
    )
    observer.observe(drawn)
    return () => observer.disconnect()
  }, [isDrawn, isOver, lastRead, list, scroller])
  const isAbove = line === 'before' || (typeof line === 'number' && (isDrawn ? above === lastRead : line < start))
  return [isAbove && !isOver, () => setOver(lastRead)]
}

/** Brings one to the first message below the line, loaded before if need be, or to the message that `load` has come to. */
export function useToLine(
  items: readonly TimelineItem[],
  line: number | 'before' | null,
  load: (() => unknown) | undefined,
  goTo: (index: number, share: number) => void,
): () => void {
  /** The wish that is to be met as soon as what it leads to is there; an earlier one has no say any more. */
  const wish = useRef<object | null>(null)
  const [reached, setReached] = useState<number | null>(null)
  const latest = useLatest(goTo)
  // What was reached may be a reply, which the timeline does not show.
  const isReached = (item: TimelineItem) => item.kind === 'message' && item.message.id >= (reached ?? Infinity)
  const at = typeof line === 'number' ? line : items.findIndex(isReached)
  useEffect(() => {
    if (wish.current === null || at < 0) return
    wish.current = null
    latest.current(at, 1 / 3)
  }, [at, latest])
  return () => {
    if (typeof line === 'number') return goTo(line, 1 / 3)
    const own = (wish.current = {})
    setReached(null)
    const giveUp = () => {
      if (wish.current === own) wish.current = null
    }
    Promise.resolve(load?.()).then((id) => {
      if (id === null) giveUp()
      else if (typeof id === 'number' && wish.current === own) setReached(id)
    }, giveUp)
  }
}

export function countNew(items: readonly TimelineItem[], lastRead: number | null, me: number | null): number {
  const isNew = (item: TimelineItem) =>
    item.kind === 'message' && item.message.number > (lastRead ?? Infinity) && item.message.author_id !== me
  return items.filter(isNew).length
}
