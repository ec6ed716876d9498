import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react'
import type { TimelineItem } from 'veza-js-sdk'

import { offers, type MessageActions } from './actions.ts'
import type { RowWindow } from './use-window.ts'

/** One row of the timeline takes part in the tab order; arrow keys go from one to the next, letters do what one may do with it. */
export function useRowKeys(
  items: readonly TimelineItem[],
  rows: RowWindow,
  actions: MessageActions,
  me: number | null,
) {
  const [chosen, choose] = useState<string | null>(null)
  /** To be focused as soon as it is in the document. */
  const wanted = useRef<string | null>(null)
  const isShown = items.slice(rows.start, rows.end).some(({ key }) => key === chosen)
  const focusable = isShown ? chosen : (items[rows.end - 1]?.key ?? null)

  useLayoutEffect(() => {
    if (wanted.current === null) return
    const article = articleOf(rows.list.current, wanted.current)
    if (article === null) return
    wanted.current = null
    article.focus({ preventScroll: true })
    bringIntoView(article, rows.scroller.current)
  })

  const goTo = (index: number, share?: number) => {
    const item = items[Math.max(0, Math.min(index, items.length - 1))]
    if (item === undefined) return
    wanted.current = item.key
    choose(item.key)
    if (share !== undefined || articleOf(rows.list.current, item.key) === null) rows.show(item.key, share ?? 0.5)
  }

  const onFocus = (event: FocusEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')
    const key = row?.dataset['key']
    if (key === undefined) return
    wanted.current = null
    choose(key)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (!target.classList.contains('vz-message')) {
      if (event.key !== 'Escape') return
      // From within a message back to it, and no further.
      target.closest<HTMLElement>('.vz-message')?.focus({ preventScroll: true })
      event.preventDefault()
      return
    }
    // A key may come before the one before it is drawn.
    const from = wanted.current ?? focusable
    const at = items.findIndex(({ key }) => key === from)
    const step = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key]
    const item = items[at]
    if (step !== undefined) goTo(step)
    else if (item?.kind !== 'message' || !runKey(event.key, item.message, actions, me, target)) return
    event.preventDefault()
  }
  return { focusable, goTo, onFocus, onKeyDown }
}

/** R replies, E reacts. Returns whether the key meant something here. */
export function runKey(
  key: string,
  message: Extract<TimelineItem, { kind: 'message' }>['message'],
  actions: MessageActions,
  me: number | null,
  article: HTMLElement,
): boolean {
  if (key.toLowerCase() === 'r' && offers(actions, 'reply', message, me)) actions.reply?.(message)
  else if (key.toLowerCase() === 'e' && offers(actions, 'react', message, me))
    article.querySelector<HTMLElement>('.vz-toolbar [aria-expanded]')?.click() // prettier-ignore
  else return false
  return true
}

const articleOf = (list: HTMLElement | null, key: string): HTMLElement | null =>
  [...(list?.children ?? [])]
    .find((row) => row instanceof HTMLElement && row.dataset['key'] === key)
    ?.querySelector<HTMLElement>('.vz-message') ?? null

/** Scrolls no further than needed. */
function bringIntoView(element: HTMLElement, scroller: HTMLElement | null): void {
  if (scroller === null) return
  const outer = scroller.getBoundingClientRect()
  const box = element.getBoundingClientRect()
  if (box.top < outer.top) scroller.scrollTop += box.top - outer.top - 8
  else if (box.bottom > outer.bottom) scroller.scrollTop += Math.min(box.bottom - outer.bottom + 8, box.top - outer.top)
}
