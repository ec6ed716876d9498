import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { type Overrides, startServer, type TestServer } from '../services/server.ts'

const desktop = { width: 1280, height: 800 }
export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** Somebody with the app open in a browser of their own. */
export interface Visitor {
  page: Page
  /** What the browser had to complain of: errors, and what the policy kept from happening. */
  complaints: string[]
  close(): Promise<void>
}

export interface App<Server = TestServer> {
  server: Server
  browser: Browser
  /** Opens the app as a stranger. */
  visit(path?: string, options?: VisitOptions): Promise<Visitor>
  /** Creates an account through the page, and stays where the page leads. */
  signUp(name: string, path?: string, options?: VisitOptions): Promise<Visitor>
  close(): Promise<void>
}

export interface VisitOptions extends BrowserContextOptions {
  /** Run in the page before anything else. */
  script?: string
}

const found = await findBrowser()
if ('missing' in found) console.warn(`The app is not looked at in a browser: ${found.missing}.`)
export const has_browser = !('missing' in found)

const told_violations = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))" // prettier-ignore

export const startApp = (overrides: Overrides = {}): Promise<App> => openApp(startServer(overrides))

/** A browser for whatever serves the app, which ends with it. */
export async function openApp<Server extends { url: string; close(): unknown }>(
  starting: Promise<Server>,
): Promise<App<Server>> {
  if ('missing' in found) throw new Error(found.missing)
  const [server, browser] = await Promise.all([starting, openBrowser(found)])
  const visit = async (path = '/', { script, ...options }: VisitOptions = {}): Promise<Visitor> => {
    const context = await browser.newContext({ viewport: desktop, locale: 'en-GB', timezoneId: 'Europe/Paris', ...options }) // prettier-ignore
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', ({ message }) => complaints.push(message))
    await page.addInitScript(told_violations)
    if (script !== undefined) await page.addInitScript(script)
    await page.goto(server.url + path)
    return { page, complaints, close: () => context.close() }
  }
  return {
    server,
    browser,
    visit,
    signUp: async (name, path = '/sign-up', options = {}) => {
      const visitor = await visit(path, options)
      const { page } = visitor
      const fr = options.locale?.startsWith('fr') === true
      if (!/^\/(sign-up|join)/.test(path))
        await page.getByRole('link', { name: fr ? 'Première visite' : 'New here?' }).click()
      await page.getByLabel(fr ? 'Nom d’utilisateur' : 'Username', { exact: true }).fill(name)
      await page.getByLabel(fr ? 'Mot de passe' : 'Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: fr ? 'Créer un compte' : 'Create account' }).click()
      await page.locator('.app-frame').waitFor()
      if (path.startsWith('/c/')) await join(page)
      return visitor
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

/** Joins the room that is open, unless one is in it. */
export async function join(page: Page): Promise<void> {
  await page.locator('.vz-conversation .vz-composer-field, .app-empty').first().waitFor()
  const button = page.locator('.app-preview .app-button-main')
  if ((await button.count()) === 0) return
  await button.click()
  await page.locator('.vz-conversation .vz-composer-field').waitFor()
}

export const password = 'correct horse'

/** The field one writes with; of the thread, where one is open. */
export const composer = (page: Page) => page.locator('.vz-conversation .vz-composer-field')

export const message = (page: Page, text: string) => page.locator('.vz-conversation .vz-message', { hasText: text })

export async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await message(page, text).and(page.locator(':not(:has(.vz-pending))')).waitFor()
}

/** Does what a button of a message's toolbar does. */
export async function act(page: Page, text: string, deed: string): Promise<void> {
  await message(page, text).hover()
  await message(page, text).getByRole('button', { name: deed, exact: true }).click()
}

/** The entries of the menu that is open of which one does not see, and could not press, every corner. */
export const hiddenItems = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('[role=menu] button')].filter((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect()
    return [[left + 4, top + 2], [right - 4, bottom - 2]].some(([x, y]) => document.elementFromPoint(x, y) !== button)
  }).map((button) => button.textContent)`)

/** What axe finds that is serious or critical, each as its rule and where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Colours on their way to others are neither.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity).map(({ finished }) => finished))',
  )
  // The page's policy allows no script of others; the browser may still be told to run one.
  await page.evaluate(await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text())
  const { violations } = await page.evaluate<Findings>('axe.run(document)')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

interface Findings {
  violations: { id: string; impact: string; nodes: { html: string }[] }[]
}
