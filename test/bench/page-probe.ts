// What is measured within a page, by scripts that the browser's debugger puts there: the page's own policy would not have them.
import type { BrowserContext, Page } from 'playwright-core'

/** Slows a page's processor down so many times. */
export async function throttle(page: Page, times: number): Promise<void> {
  const debuggerOf = await page.context().newCDPSession(page)
  await debuggerOf.send('Emulation.setCPUThrottlingRate', { rate: times })
}

// From the beginning of the navigation to the first moment at which the field is there and the page is free to answer to a key.
const ready = (field: string) => `
  globalThis.ready_ms = new Promise((done) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(field)}) === null) return requestAnimationFrame(look)
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => done(performance.now())
      port2.postMessage(null)
    }
    requestAnimationFrame(look)
  })`

const first_paint = `
  new Promise((done) => new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntriesByName('first-contentful-paint')) done(startTime)
  }).observe({ type: 'paint', buffered: true }))`

export interface Opening {
  /** Until one can type, in milliseconds. */
  interactive_ms: number
  first_paint_ms: number
  /** The longest task while it opened; 0 where none took 50 ms. */
  longest_ms: number
}

/** Opens an address as somebody who was never there, on a processor so many times slower. */
export async function measureOpening(
  context: BrowserContext,
  url: string,
  field: string,
  slower: number,
): Promise<Opening> {
  const page = await context.newPage()
  await throttle(page, slower)
  await page.addInitScript(ready(field))
  await page.addInitScript(watch_tasks)
  await page.goto(url, { waitUntil: 'commit' })
  const interactive_ms = await page.evaluate<number>('ready_ms')
  const first_paint_ms = await page.evaluate<number>(first_paint)
  const { longest_ms } = await tasksOf(page)
  await page.close()
  return { interactive_ms, first_paint_ms, longest_ms }
}

/** For `addInitScript` or `evaluate`: notes every task of 50 ms and more from here on. */
export const watch_tasks = `
  globalThis.tasks = []
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })`

export interface Tasks {
  longest_ms: number
  /** Tasks of 50 ms and more. */
  long: number
  /** What they had over 50 ms, in all. */
  blocked_ms: number
}

export async function tasksOf(page: Page): Promise<Tasks> {
  const tasks = await page.evaluate<number[]>('new Promise((done) => setTimeout(() => done(tasks), 100))')
  return {
    longest_ms: Math.max(0, ...tasks),
    long: tasks.length,
    blocked_ms: tasks.reduce((sum, ms) => sum + ms - 50, 0),
  }
}

/** Scrolls an element up by so many pixels with each frame, for so long, and gives the milliseconds between frames. */
export const scrollUp = (page: Page, scroller: string, step: number, for_ms: number): Promise<number[]> =>
  page.evaluate<number[]>(`new Promise((done) => {
    const place = document.querySelector(${JSON.stringify(scroller)})
    const gaps = []
    const begun = performance.now()
    let last = begun
    const frame = (now) => {
      gaps.push(now - last)
      last = now
      place.scrollTop -= ${step}
      if (now - begun < ${for_ms}) requestAnimationFrame(frame)
      else done(gaps.slice(1))
    }
    requestAnimationFrame(frame)
  })`)
