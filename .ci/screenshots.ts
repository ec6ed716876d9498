// Makes the pictures of the web app in docs/images, each at most 150 KB: `node .ci/bun.mjs .ci/screenshots.ts`. Needs npm for a Chromium where there is none, and for fonts.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { findBrowser, openBrowser } from '../test/services/browser.ts'
import { eventually } from '../test/services/eventually.ts'
import { stopPostgres } from '../test/services/postgres.ts'
import { startServer, type TestServer } from '../test/services/server.ts'
import { fonts, type Font } from './screenshots/fonts.ts'
import { smaller } from './screenshots/png.ts'
import { furnish } from './screenshots/story.ts'

const root = join(import.meta.dir, '..')
const images = join(root, 'docs/images')
const max_bytes = 150_000

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1.5 } // prettier-ignore

interface Scene {
  name: string
  device: BrowserContextOptions
  theme: 'light' | 'dark' | 'contrast'
  locale?: string
  path: string
  /** What is done there first. */
  open?(page: Page): Promise<unknown>
}

const message = (page: Page, text: string) => page.locator('.vz-conversation .vz-message', { hasText: text })

const scenes: Scene[] = [
  {
    name: 'app-light',
    device: desktop,
    theme: 'light',
    path: '/c/workshop',
    open: async (page) => {
      await message(page, 'kettle').first().getByRole('button', { name: 'replies' }).click()
      await page.locator('.vz-thread').getByText('half an hour').waitFor()
      await page.locator('.vz-composer-field').first().hover()
    },
  },
  {
    name: 'app-dark',
    device: desktop,
    theme: 'dark',
    path: '/c/workshop',
    open: (page) => page.locator('.app-head-count').click(),
  },
  { name: 'app-phone', device: phone, theme: 'light', path: '/c/workshop' },
  { name: 'app-phone-dark', device: phone, theme: 'dark', path: '/', locale: 'fr-FR' },
  {
    name: 'app-palette',
    device: desktop,
    theme: 'light',
    path: '/c/tea-house',
    open: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
    },
  },
  { name: 'app-settings', device: desktop, theme: 'contrast', path: '/settings/appearance' },
]

async function take(browser: Browser, server: TestServer, font: Font, scene: Scene): Promise<void> {
  const context = await browser.newContext({
    locale: scene.locale ?? 'en-GB',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
    // The fonts come from beside the page.
    bypassCSP: true,
    ...scene.device,
  })
  await context.route(`${server.url}/pictures/*`, (route) => {
    const bytes = font.files[new URL(route.request().url()).pathname.split('/').at(-1) ?? '']
    return bytes === undefined ? route.abort() : route.fulfill({ body: Buffer.from(bytes), contentType: 'font/woff2' })
  })
  const page = await context.newPage()
  await page.addInitScript(
    `localStorage.setItem('veza.appearance', ${JSON.stringify(JSON.stringify({ theme: scene.theme }))}); localStorage.setItem('veza.notifications-declined', 'yes')`,
  )
  await page.goto(`${server.url}/sign-in`)
  await page.locator('[name=username]').fill('ada')
  await page.locator('[name=password]').fill('correct horse')
  await page.locator('[name=password]').press('Enter')
  await page.locator('.app-frame').waitFor()
  await page.goto(server.url + scene.path)
  await page.locator('.app-frame').waitFor()
  await page.addStyleTag({ content: font.css('/pictures') })
  if (scene.path.startsWith('/c/')) await page.locator('.vz-conversation .vz-message').last().waitFor()
  await scene.open?.(page)
  await eventually('everything is loaded', async () => (await page.locator('[class*=skeleton]').count()) === 0)
  await page.evaluate('document.fonts.ready.then(() => true)')
  const picture = smaller(await page.screenshot({ caret: 'hide', animations: 'disabled' }))
  if (picture.length > max_bytes) throw new Error(`${scene.name} has ${picture.length} bytes; at most ${max_bytes} are wanted.`) // prettier-ignore
  await Bun.write(join(images, `${scene.name}.png`), picture)
  console.log(`docs/images/${scene.name}.png: ${Math.round(picture.length / 1000)} KB`)
  await context.close()
}

const found = await findBrowser()
if ('missing' in found) {
  console.error(`There is nothing to take pictures with: ${found.missing}.`)
  process.exit(1)
}
mkdirSync(images, { recursive: true })
const [server, browser, font] = await Promise.all([startServer(), openBrowser(found), fonts()])
try {
  await furnish(server)
  for (const scene of scenes) await take(browser, server, font, scene)
} finally {
  await browser.close()
  await server.close()
  await stopPostgres()
}
