// PAGE: the web app in Chromium, as somebody has it open: its first load, a flood of messages, and a long past.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { fillRoom } from './million.ts'
import { type Bare, serveBare } from './page-bare.ts'
import { flood } from './page-flood.ts'
import {
  as_phone,
  type Look,
  lookAt,
  measureOpening,
  type Opening,
  ready,
  scrollUp,
  type Tasks,
  tasksOf,
  watch_tasks,
} from './page-probe.ts'
import { type Bench, count, type Figure, kb, ms, type Part, repeat } from './part.ts'
import { median, percentiles } from './stats.ts'
import { startVeza } from './veza.ts'
import { createSigner, createWorld, first_room, first_user } from './world.ts'

const slower = 4
const per_second = 500
const writers = 10
const form = { shows: 'input[name=username]', takes_text: true, slower }
const list = { shows: '.app-list .vz-room', slower }
const account = { username: 'reader', password: 'correct horse battery' }
const scroller = '.vz-conversation .vz-scroller'
/** Pixels a frame: some sixty messages a second. */
const step = 60

interface Bytes {
  form: number
  all: number
}

interface Run {
  opening: Opening
  /** Of somebody who is signed in, and was there before. */
  return_opening: Opening
  bare_opening: Opening
  /** Of a stranger, and of the bare form, on a phone that nobody touches. */
  look: Look
  bare_look: Look
  tasks: Tasks
  bare_tasks: Tasks
  frames: { p50: number; p99: number; max: number }
  bare_frames: { p50: number; p99: number; max: number }
}

export async function measurePage(bench: Bench): Promise<Part> {
  const found = await findBrowser()
  if ('missing' in found) throw new Error(found.missing)
  const messages = bench.quick ? 2000 : 10_000
  const past = bench.quick ? 10_000 : 100_000
  const scroll_ms = bench.quick ? 2000 : 10_000
  const world = await createWorld({ users: 1000, rooms: 2, rooms_each: 2 })
  bench.say(`PAGE: writing ${count(past)} messages`)
  await fillRoom(world.sql, past)
  const veza = await startVeza({
    program: bench.program,
    directory: `${bench.directory}/page`,
    database_url: world.url,
  })
  const url = `http://127.0.0.1:${veza.port}`
  const sign = createSigner()
  const tokens = await Promise.all(Array.from({ length: writers }, (_, n) => sign(first_user + n)))
  const registered = await fetch(`${url}/api/v1/auth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account) }) // prettier-ignore
  if (!registered.ok) throw new Error(`The reader was not registered: ${registered.status}`)
  const bare = serveBare()
  const browser = await openBrowser(found)
  const first_bytes = await firstLoad(browser, url)

  const runs = await repeat(bench.runs, async (run): Promise<Run> => {
    bench.say(`PAGE: run ${run} of ${bench.runs}`)
    const bare_opening = await fresh(browser, (context) => measureOpening(context, `${bare.url}/form`, form))
    const opening = await fresh(browser, (context) => measureOpening(context, url, form))
    const look = await fresh(browser, (context) => lookAt(context, url), as_phone.context)
    const bare_look = await fresh(browser, (context) => lookAt(context, `${bare.url}/form`), as_phone.context)
    const bare_tasks = await fresh(browser, (context) => bareFlood(context, bare, messages))
    const bare_frames = await fresh(browser, async (context) => {
      const page = await context.newPage()
      await page.goto(`${bare.url}/scroll`)
      await page.evaluate("document.querySelector('main').scrollTop = 1e9")
      return percentiles(await scrollUp(page, 'main', step, scroll_ms))
    })
    return fresh(browser, async (context) => {
      const page = await signedIn(context, url)
      const tasks = await appFlood(page, { port: veza.port, tokens, messages, url })
      await page.goto(`${url}/c/bench-0`)
      await join(page)
      await page.locator('.vz-message').nth(5).waitFor()
      const frames = percentiles(await scrollUp(page, scroller, step, scroll_ms))
      await page.close()
      const return_opening = await measureOpening(context, url, list)
      return { opening, return_opening, bare_opening, look, bare_look, tasks, bare_tasks, frames, bare_frames }
    })
  })
  await browser.close()
  await bare.stop()
  await veza.stop()
  await world.drop()
  return { figures: figuresOf(runs, { first_bytes, messages, past }), tables: [tableOf(runs), lookOf(runs)], runs }
}

async function fresh<T>(
  browser: Browser,
  use: (context: BrowserContext) => Promise<T>,
  options: BrowserContextOptions = { viewport: { width: 1280, height: 800 } },
): Promise<T> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  try {
    return await use(context)
  } finally {
    await context.close()
  }
}

/** Compressed by gzip: what the page asks for until one can type, and what else it fetches by itself, ahead of its use. */
const firstLoad = (browser: Browser, url: string): Promise<Bytes> =>
  fresh(browser, async (context) => {
    const page = await context.newPage()
    await page.addInitScript(ready(form.shows))
    await page.goto(url, { waitUntil: 'networkidle' })
    const at_ms = await page.evaluate<number>('ready_ms')
    const asked = await page.evaluate<{ name: string; startTime: number }[]>(
      "['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).map(({ name, startTime }) => ({ name, startTime }))",
    )
    const before = asked.filter(({ startTime }) => startTime <= at_ms)
    return { form: await bytesOf(before), all: await bytesOf(asked) }
  })

async function bytesOf(asked: { name: string }[]): Promise<number> {
  const answers = await Promise.all(
    asked.map(({ name }) => fetch(name, { headers: { 'accept-encoding': 'gzip' }, decompress: false } as RequestInit)),
  )
  const bodies = await Promise.all(answers.map((answer) => answer.bytes()))
  return bodies.reduce((sum, { length }) => sum + length, 0)
}

async function signedIn(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${url}/c/bench-1`)
  await page.locator('input[name=username]').fill(account.username)
  await page.locator('input[name=password]').fill(account.password)
  await page.locator('input[name=password]').press('Enter')
  await join(page)
  return page
}

/** The address of a public room shows what it is about, and a button that joins it. */
async function join(page: Page): Promise<void> {
  const button = page.locator('.app-preview .app-button-main')
  const field = page.locator('.vz-conversation .vz-composer-field')
  await field.or(button).first().waitFor()
  if ((await button.count()) > 0) await button.click()
  await field.waitFor()
}

async function appFlood(
  page: Page,
  given: { port: number; tokens: string[]; messages: number; url: string },
): Promise<Tasks> {
  const mark = crypto.randomUUID().slice(0, 8)
  const text = (n: number) => `number ${n} of a flood of **messages**, ${mark}`
  await page.evaluate(watch_tasks)
  await flood({ ...given, room_id: first_room + 1, per_second, text })
  await page
    .locator('.vz-message', { hasText: `number ${given.messages - 1} of` })
    .filter({ hasText: mark })
    .waitFor()
  return tasksOf(page)
}

async function bareFlood(context: BrowserContext, bare: Bare, messages: number): Promise<Tasks> {
  const page = await context.newPage()
  await page.goto(`${bare.url}/read`)
  await page.waitForFunction('globalThis.is_open === true')
  await page.evaluate(watch_tasks)
  await bare.flood(messages, per_second)
  return tasksOf(page)
}

const of = (runs: Run[], value: (run: Run) => number) => median(runs.map(value))

function figuresOf(runs: Run[], size: { first_bytes: Bytes; messages: number; past: number }): Figure[] {
  const interactive = of(runs, ({ opening }) => opening.ready_ms)
  const bare_interactive = of(runs, ({ bare_opening }) => bare_opening.ready_ms)
  const back = of(runs, ({ return_opening }) => return_opening.ready_ms)
  const longest = of(runs, ({ tasks }) => tasks.longest_ms)
  const bare_longest = of(runs, ({ bare_tasks }) => bare_tasks.longest_ms)
  const frame = of(runs, ({ frames }) => frames.p99)
  const bare_frame = of(runs, ({ bare_frames }) => bare_frames.p99)
  return [
    { id: 'PAGE', what: 'first load of the app, compressed by gzip', measured: kb(size.first_bytes.all), floor: `${kb(size.first_bytes.form)} (until one can type)`, ratio: null, target: 'at most 200 KB', holds: size.first_bytes.all <= 200_000 },
    { id: 'PAGE', what: `one can type after opening it, on a ${slower}x slower processor`, measured: ms(interactive), floor: `${ms(bare_interactive)} (a bare form)`, ratio: interactive / bare_interactive, target: 'at most 1 s', holds: interactive <= 1000 },
    { id: 'PAGE', what: `the list is there after coming back signed in, on a ${slower}x slower processor`, measured: ms(back), floor: `${ms(bare_interactive)} (a bare form)`, ratio: back / bare_interactive, target: '', holds: null },
    { id: 'PAGE', what: `longest task while ${count(size.messages)} messages come at ${per_second}/s`, measured: ms(longest), floor: `${ms(bare_longest)} (a bare list)`, ratio: bare_longest === 0 ? null : longest / bare_longest, target: 'at most 200 ms', holds: longest <= 200 },
    { id: 'PAGE', what: `between two frames, p99, scrolling back through ${count(size.past)} messages`, measured: ms(frame), floor: `${ms(bare_frame)} (bare text)`, ratio: frame / bare_frame, target: '', holds: null },
  ] // prettier-ignore
}

const tableOf = (runs: Run[]) => ({
  title: 'PAGE: medians of the runs; worst values are the worst of all',
  head: ['', 'first paint', 'longest task of opening', 'tasks of 50 ms and more in the flood', 'blocked in all', 'frame p50', 'longest frame'],
  rows: [
    ['the app', ms(of(runs, ({ opening }) => opening.first_paint_ms)), ms(of(runs, ({ opening }) => opening.longest_ms)), count(of(runs, ({ tasks }) => tasks.long)), ms(of(runs, ({ tasks }) => tasks.blocked_ms)), ms(of(runs, ({ frames }) => frames.p50)), ms(Math.max(...runs.map(({ frames }) => frames.max)))],
    ['bare pages', ms(of(runs, ({ bare_opening }) => bare_opening.first_paint_ms)), ms(of(runs, ({ bare_opening }) => bare_opening.longest_ms)), count(of(runs, ({ bare_tasks }) => bare_tasks.long)), ms(of(runs, ({ bare_tasks }) => bare_tasks.blocked_ms)), ms(of(runs, ({ bare_frames }) => bare_frames.p50)), ms(Math.max(...runs.map(({ bare_frames }) => bare_frames.max)))],
  ],
}) // prettier-ignore

const lookOf = (runs: Run[]) => ({
  title: 'PAGE: opened as on a phone and not touched, medians of the runs',
  head: ['', 'first paint (FCP)', 'largest paint (LCP)', 'blocked (TBT)', 'shifted (CLS)'],
  rows: (['look', 'bare_look'] as const).map((which) => {
    const value = (field: keyof Look) => of(runs, (run) => run[which][field])
    return [which === 'look' ? 'the app' : 'a bare form', ms(value('first_paint_ms')), ms(value('largest_paint_ms')), ms(value('blocked_ms')), value('shifted').toFixed(3)] // prettier-ignore
  }),
})
