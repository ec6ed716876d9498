import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState, type RefObject } from 'react'

import { createHeights, type Heights } from './heights.ts'

/**
 * Where one reads: this edge of this row is so many pixels below the upper edge of what one sees. It is the lower edge of the first row on screen, so that all under it stays where it is when that
 * one grows or loses its head. While `stuck` it is the end that stays in view.
 */
interface View {
  stuck: boolean
  anchor: { key: string; index: number; edge: 'top' | 'bottom'; below: number } | null
  height: number
  /** What `scrollTop` was when we last looked; null: we are about to go elsewhere. */
  top: number | null
}

export interface RowWindow {
  scroller: RefObject<HTMLDivElement | null>
  list: RefObject<HTMLDivElement | null>
  /** The rows that are in the document: from, and up to without. */
  start: number
  end: number
  /** Pixels that stand for the rows before and after. */
  above: number
  below: number
  isAtEnd: boolean
  /** Shows a row: its beginning at this share of the height. */
  show(key: string, share?: number): void
  toEnd(): void
}

const estimate = 52
/** Nearer to the end than this is the end. */
const close = 8

/**
 * Keeps only the rows around what one sees in the document, and what one sees where it is: whatever comes, goes or grows elsewhere. Each row is a child of `list` with its key in `data-key`,
 * and has no margins. While more is to be loaded behind the last row, that one is no end.
 */
export function useWindow(rows: readonly { readonly key: string }[], reserve: number, hasMore: boolean): RowWindow {
  const [heights] = useState(() => createHeights(estimate))
  const [, again] = useReducer((count: number) => count + 1, 0)
  const scroller = useRef<HTMLDivElement | null>(null)
  const list = useRef<HTMLDivElement | null>(null)
  const [view] = useState(createView)

  heights.rows(rows)
  const range = rangeOf(rows, heights, view, reserve)
  const shown = useRef(range)

  const settle = useCallback(() => {
    const outer = scroller.current
    const inner = list.current
    if (outer === null || inner === null) return
    const changed = measureRows(inner, heights)
    const grown = measureView(outer, view)
    const followed = follow(outer, inner, view, heights)
    if (view.height > 0) hold(outer, inner, view)
    // The row one was at will soon be out of the document.
    if (followed && !view.stuck) note(outer, inner, view, heights)
    const arrived = !hasMore && arrive(outer, view)
    if (changed || grown || followed || arrived) again()
  }, [heights, view, hasMore])

  useLayoutEffect(() => {
    shown.current = range
    settle()
  })

  useEffect(() => {
    const outer = scroller.current
    const inner = list.current
    if (outer === null || inner === null) return
    const observer = new ResizeObserver(settle)
    observer.observe(outer)
    observer.observe(inner)
    const scrolled = () => {
      if (look(outer, inner, view, heights)) again()
    }
    outer.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      observer.disconnect()
      outer.removeEventListener('scroll', scrolled)
    }
  }, [heights, settle, view])

  const show = useCallback(
    (key: string, share = 1 / 3) => {
      const index = heights.indexOf(key, shown.current.start)
      if (index === -1) return
      goTo(view, { key, index, edge: 'top', below: Math.round(view.height * share) })
      again()
    },
    [heights, view],
  )
  const toEnd = useCallback(() => {
    goTo(view, null)
    again()
  }, [view])

  return {
    scroller,
    list,
    ...range,
    above: heights.top(range.start),
    below: heights.total() - heights.top(range.end),
    isAtEnd: view.stuck,
    show,
    toEnd,
  }
}

const createView = (): View => ({ stuck: true, anchor: null, height: 600, top: 0 })

/** From now on this is where one reads; null is the end. */
function goTo(view: View, anchor: View['anchor']): void {
  view.stuck = anchor === null
  view.top = null
  if (anchor !== null) view.anchor = anchor
}

/** Returns whether there is more or less to see than before. */
function measureView(outer: HTMLElement, view: View): boolean {
  // What is given no height of its own would grow with its rows, and its rows with it.
  const height = Math.min(outer.clientHeight, 2 * window.innerHeight)
  const isOther = Math.abs(view.height - height) > 1
  view.height = height
  return isOther
}

function rangeOf(rows: readonly { readonly key: string }[], heights: Heights, view: View, reserve: number) {
  const spare = Math.max(400, view.height)
  const top = viewTop(rows, heights, view, reserve)
  if (rows.length === 0) return { start: 0, end: 0 }
  return { start: heights.at(top - spare), end: Math.min(rows.length, heights.at(top + view.height + spare) + 1) }
}

/** Where the upper edge of what one sees is, from the first row. */
function viewTop(rows: readonly { readonly key: string }[], heights: Heights, view: View, reserve: number): number {
  const { anchor } = view
  if (view.stuck || anchor === null) return heights.total() - view.height
  const index = heights.indexOf(anchor.key, anchor.index)
  // The row one was at is gone: go on at what is in its place now.
  if (index === -1) {
    const next = rows[Math.min(anchor.index, rows.length - 1)]
    if (next !== undefined) anchor.key = next.key
  } else anchor.index = index
  return Math.max(-reserve, heights.top(anchor.index + (anchor.edge === 'top' ? 0 : 1)) - anchor.below)
}

function measureRows(list: HTMLElement, heights: Heights): boolean {
  let changed = false
  for (const row of list.children) {
    const key = row instanceof HTMLElement ? row.dataset['key'] : undefined
    if (key !== undefined) changed = heights.measure(key, row.getBoundingClientRect().height) || changed
  }
  return changed
}

/** Somebody scrolled and the event of it is still to come: then that is where to be. Returns whether it is so. */
function follow(outer: HTMLElement, inner: HTMLElement, view: View, heights: Heights): boolean {
  const moved = outer.scrollTop - (view.top ?? outer.scrollTop)
  if (Math.abs(moved) < 1) return false
  if (view.stuck || view.anchor === null) return look(outer, inner, view, heights)
  // Nobody scrolled: there is less below than before, and the browser made do with what there is.
  if (moved < 0 && outer.scrollHeight - outer.clientHeight - outer.scrollTop < 1) return false
  view.anchor.below -= moved
  view.top = outer.scrollTop
  return true
}

/** Puts what one sees back where it was. */
function hold(outer: HTMLElement, inner: HTMLElement, view: View): void {
  if (view.stuck) {
    const end = outer.scrollHeight - outer.clientHeight
    if (Math.abs(outer.scrollTop - end) > 0.5) outer.scrollTop = end
  } else if (view.anchor !== null) {
    const row = rowOf(inner, view.anchor.key)
    if (row === undefined) return
    const off = row.getBoundingClientRect()[view.anchor.edge] - outer.getBoundingClientRect().top - view.anchor.below
    if (Math.abs(off) > 0.5) outer.scrollTop += off
  }
  view.top = outer.scrollTop
}

/** A row was shown so near the end that the end is in view, without anybody scrolling. Returns whether one is there only now. */
function arrive(outer: HTMLElement, view: View): boolean {
  if (view.stuck || view.height === 0 || outer.scrollHeight - outer.clientHeight - outer.scrollTop >= close)
    return false
  view.stuck = true
  return true
}

const rowOf = (list: HTMLElement, key: string): HTMLElement | undefined =>
  [...list.children].find((row): row is HTMLElement => row instanceof HTMLElement && row.dataset['key'] === key)

/** Notes where one reads now. Returns whether it is somewhere else. */
function look(outer: HTMLElement, inner: HTMLElement, view: View, heights: Heights): boolean {
  const moved = outer.scrollTop - (view.top ?? outer.scrollTop)
  // What we did ourselves, or what grew meanwhile: that is for `hold`.
  if (Math.abs(moved) < 1) return false
  view.top = outer.scrollTop
  const left = outer.scrollHeight - outer.clientHeight - outer.scrollTop
  view.stuck = left < close || (view.stuck && moved > 0)
  note(outer, inner, view, heights)
  return true
}

function note(outer: HTMLElement, inner: HTMLElement, view: View, heights: Heights): void {
  const upper = outer.getBoundingClientRect().top
  const near = view.anchor?.index ?? 0
  const rows = [...inner.children].filter((row) => row instanceof HTMLElement)
  const first = rows.find((row) => row.getBoundingClientRect().bottom > upper)
  const box = first?.getBoundingClientRect()
  if (first !== undefined && box !== undefined && box.top < upper + view.height) {
    // One that goes beyond the screen grows at its end, if at all.
    const edge = box.bottom > upper + view.height ? 'top' : 'bottom'
    const key = first.dataset['key'] ?? ''
    view.anchor = { key, index: heights.indexOf(key, near), edge, below: box[edge] - upper }
    return
  }
  // Thrown far: nothing of what is in the document is on screen.
  const begins = heights.top(Math.max(0, heights.indexOf(rows[0]?.dataset['key'] ?? '', near)))
  const y = begins - (inner.getBoundingClientRect().top - upper)
  const index = heights.at(y)
  view.anchor = { key: '', index, edge: 'bottom', below: heights.top(index + 1) - y }
}
