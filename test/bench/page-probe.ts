// What is measured within a page, by scripts that the browser's debugger puts there: the page's own policy would not have them.
import type { BrowserContext, Page } from 'playwright-core'

/** Slows a page's processor down so many times. */
export async function throttle(page: Page, times: number): Promise<void> {
  const debuggerOf = await page.context().newCDPSession(page)
  await debuggerOf.send('Emulation.setCPUThrottlingRate', { rate: times })
}

/** For `addInitScript`: `ready_ms`, from the beginning of the navigation to the first moment at which an element is there and the page is free to answer. */
export const ready = (selector: string) => `
  globalThis.ready_ms = new Promise((done) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(selector)}) === null) return requestAnimationFrame(look)
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

export interface Opened {
  /** What one waits for, as a selector. */
  shows: string
  /** Whether that is a field, which has the focus. */
  takes_text?: boolean
  slower: number
}

export interface Opening {
  /** Until what one waits for is there and answers. */
  ready_ms: number
  first_paint_ms: number
  /** The longest task while it opened; 0 where none took 50 ms. */
  longest_ms: number
}

/** Opens an address on a processor so many times slower, until the page has loaded all that it wants. */
export async function measureOpening(context: BrowserContext, url: string, opened: Opened): Promise<Opening> {
  const page = await context.newPage()
  await throttle(page, opened.slower)
  await page.addInitScript(ready(opened.shows))
  await page.addInitScript(watch_tasks)
  await page.goto(url, { waitUntil: 'commit' })
  const ready_ms = await page.evaluate<number>('ready_ms')
  if (opened.takes_text) await typeAtOnce(page, opened.shows)
  const first_paint_ms = await page.evaluate<number>(first_paint)
  const { longest_ms } = await tasksOf(page)
  await page.close()
  return { ready_ms, first_paint_ms, longest_ms }
}

/** What Lighthouse calls FCP, LCP, TBT and CLS (https://developer.chrome.com/docs/lighthouse/performance), of a page that nobody touches. */
export interface Look {
  first_paint_ms: number
  largest_paint_ms: number
  /** What the tasks of 50 ms and more had over 50 ms, in all, from the beginning of the navigation. */
  blocked_ms: number
  /** By how much things moved of themselves, all shifts together; up to 0.1 is called good. */
  shifted: number
}

const watch_look = `
  globalThis.look = { first_paint_ms: 0, largest_paint_ms: 0, shifted: 0 }
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true })
  watch('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') look.first_paint_ms = startTime })
  watch('largest-contentful-paint', ({ startTime }) => { look.largest_paint_ms = startTime })
  watch('layout-shift', ({ value }) => { look.shifted += value })`

/** As Lighthouse takes a phone to be: a small screen, a processor four times slower, 1.6 Mbit/s there and 0.75 back, 150 ms each way and back. */
export const as_phone = {
  context: { viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75, isMobile: true, hasTouch: true },
  slower: 4,
  network: { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 },
}

/** Opens an address by a slow network on a slow processor, and looks on until it has loaded all that it wants. */
export async function lookAt(context: BrowserContext, url: string): Promise<Look> {
  const page = await context.newPage()
  await throttle(page, as_phone.slower)
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', as_phone.network)
  await page.addInitScript(watch_tasks)
  await page.addInitScript(watch_look)
  await page.goto(url, { waitUntil: 'networkidle' })
  const { blocked_ms } = await tasksOf(page)
  const look = await page.evaluate<Omit<Look, 'blocked_ms'>>('look')
  await page.close()
  return { ...look, blocked_ms }
}

/** One types where the page is said to be ready, without having pressed anything before: what is typed must be there, and stay when all else has come. */
async function typeAtOnce(page: Page, field: string): Promise<void> {
  const typed = 'reader'
  await page.keyboard.type(typed)
  await page.waitForLoadState('networkidle')
  const found = await page.locator(field).inputValue()
  if (found !== typed) throw new Error(`Of what was typed at once, "${typed}", there is "${found}".`)
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
