// The way of somebody new, timed: clone, `npm start`, sign up, a second person, their first message. `node .ci/bun.mjs .ci/first-message.ts [repository]`
// Nothing that this machine has from before helps: npm and Bun begin with empty caches. Fails when it takes three minutes.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { findBrowser, openBrowser } from '../test/services/browser.ts'

const patience_s = 180
const repository = Bun.argv[2] ?? join(import.meta.dir, '..')
const found = await findBrowser()
if ('missing' in found) {
  console.error(`There is nobody to sign up: ${found.missing}.`)
  process.exit(1)
}
const place = mkdtempSync(join(tmpdir(), 'veza-first-'))
// Open to the user that PostgreSQL runs as where one is root; else its data would be elsewhere, and stay there.
chmodSync(place, 0o755)
const home = join(place, 'veza-chat')
const browser = await openBrowser(found)
const began = performance.now()
let last = began

/** Says how long it took since the last. */
function told(what: string): void {
  const now = performance.now()
  console.log(`${((now - last) / 1000).toFixed(1).padStart(6)} s  ${what}`)
  last = now
}

try {
  await clone()
  told('cloned')
  const { url, stop } = await start()
  try {
    told('npm start, until it listens')
    const ada = await enter(browser, url, 'ada')
    told('ada signed up and is in the first room')
    const bob = await enter(browser, url, 'bob')
    told('bob too')
    await say(ada, 'Good morning, bob')
    await bob.getByText('Good morning, bob').first().waitFor()
    told('bob reads the first message')
  } finally {
    await stop()
  }
} finally {
  await browser.close()
  rmSync(place, { recursive: true, force: true })
}
const took_s = (last - began) / 1000
console.log(`${took_s.toFixed(1).padStart(6)} s  in all`)
process.exit(took_s < patience_s ? 0 : 1)

async function clone(): Promise<void> {
  const cloning = Bun.spawn(['git', 'clone', '--quiet', repository, home], { stdio: ['ignore', 'inherit', 'inherit'] })
  if ((await cloning.exited) !== 0) throw new Error('It could not be cloned.')
}

/** As README.md has it, on a free port. */
async function start(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const server = Bun.spawn(['npm', 'start'], {
    cwd: home,
    env: {
      ...process.env,
      npm_config_cache: join(place, 'npm'),
      BUN_INSTALL_CACHE_DIR: join(place, 'bun'),
      CHAT_SERVER_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const stop = () => {
    // npm hands no signal on; what it started is of its group.
    process.kill(-server.pid, 'SIGTERM')
    return server.exited
  }
  let said = ''
  const decoder = new TextDecoder()
  for await (const bytes of server.stdout) {
    said += decoder.decode(bytes, { stream: true })
    const [url] = /http:\/\/[\w.:[\]-]+/.exec(said.slice(said.lastIndexOf('Listening'))) ?? []
    if (said.includes('Listening') && url !== undefined) return { url, stop }
  }
  throw new Error(`The server did not start:\n${said}`)
}

/** Signs up by what is on the screen alone, and enters the room that is offered. */
async function enter(browser: Browser, url: string, name: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
  await page.goto(url)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Username', { exact: true }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Join: General' }).click()
  await page.getByRole('heading', { name: 'General' }).waitFor()
  return page
}

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message #General' })
  await field.fill(text)
  await field.press('Enter')
}
