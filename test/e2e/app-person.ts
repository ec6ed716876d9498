import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'

import { join } from '../web/app-visit.ts'
import { wordsOf as componentWords } from '../../sdks/react/src/words.ts'
import { admin_words } from '../../src/web/pages/app/admin/words.ts'
import { conversation_words } from '../../src/web/pages/app/conversation/words.ts'
import { frame_words } from '../../src/web/pages/app/frame/words.ts'
import { palette_words } from '../../src/web/pages/app/palette/words.ts'
import { room_words } from '../../src/web/pages/app/rooms/words.ts'
import { wordsOf as settingsWords } from '../../src/web/pages/app/settings/words.ts'
import { sign_words } from '../../src/web/pages/app/sign/words.ts'
import { trail_words } from '../../src/web/pages/app/trail/words.ts'

export type Locale = 'en' | 'fr'

/** What the app says, from its own tables. */
const wordsIn = (locale: Locale) => ({
  admin: admin_words[locale],
  components: componentWords[locale],
  conversation: conversation_words[locale],
  frame: frame_words[locale],
  palette: palette_words[locale],
  rooms: room_words[locale],
  settings: settingsWords[locale],
  sign: sign_words[locale],
  trail: trail_words[locale],
})

export type Device = 'desktop' | 'phone'

const devices: Record<Device, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
}
const languages: Record<Locale, string> = { en: 'en-GB', fr: 'fr-FR' }

export const password = 'correct horse battery'

const told_violations = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))" // prettier-ignore

export const roomOf = ({ name }: { name: string }) => `Tea of ${name}`
export const hello = ({ name }: { name: string }) => `Hello from ${name}`

export type Person = Awaited<ReturnType<typeof arrive>>

/** Somebody with the app open in a browser of their own, who uses it by mouse or by touch. */
export async function arrive(browser: Browser, url: string, name: string, locale: Locale, device: Device = 'desktop') {
  const context = await browser.newContext({ locale: languages[locale], timezoneId: 'Europe/Paris', ...devices[device] }) // prettier-ignore
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints = complaintsOf(page)
  await page.addInitScript(told_violations)
  const words = wordsIn(locale)
  const press = (what: Locator): Promise<void> => (device === 'phone' ? what.tap() : what.click())
  const button = (label: string, within: Page | Locator = page) => within.getByRole('button', { name: label, exact: true }) // prettier-ignore
  const pressButton = (label: string, within?: Page | Locator) => press(button(label, within))
  const message = (text: string) => page.locator('.vz-conversation .vz-message', { hasText: text })
  const composer = page.locator('.vz-conversation .vz-composer-field')
  const list = page.locator('.app-list')
  const side = (label: string) => page.getByRole('complementary', { name: label })
  const dialog = (label?: string) => page.getByRole('dialog', label === undefined ? {} : { name: label })
  const heading = (text: string) => page.getByRole('heading', { level: 1, name: text, exact: true })
  const line = (conversation: string) => list.locator('.vz-room', { has: page.getByText(conversation, { exact: true }) }) // prettier-ignore

  /** The list of conversations, which is always there where there is room for it. */
  const toList = async () => {
    if (await list.isVisible()) return
    const close = button(words.conversation.close, page.locator('.app-side, .vz-thread'))
    if (await close.isVisible()) await press(close)
    await press(page.getByRole('link', { name: words.frame.back }))
    await list.waitFor()
  }
  const send = async () => {
    if (device === 'phone') await pressButton(words.components.send)
    else await composer.press('Enter')
  }
  return {
    name,
    locale,
    device,
    words,
    page,
    context,
    complaints,
    press,
    button,
    pressButton,
    message,
    composer,
    list,
    side,
    dialog,
    heading,
    line,
    toList,
    send,
    signUp: async () => {
      await page.goto(url)
      await press(page.getByRole('link', { name: words.sign.to_sign_up }))
      await page.getByLabel(words.sign.username, { exact: true }).fill(name)
      await page.getByLabel(words.sign.password, { exact: true }).fill(password)
      await pressButton(words.sign.sign_up)
      await page.locator('.app-frame').waitFor()
    },
    /** Opens a conversation from the list. */
    open: async (conversation: string) => {
      await toList()
      await press(line(conversation))
      await heading(conversation).waitFor()
    },
    /** Opens what the head of a conversation leads to. */
    beside: async (label: string) => {
      if (!(await side(label).isVisible())) await pressButton(label)
      return side(label)
    },
    say: async (text: string, shown = text) => {
      await composer.fill(text)
      await send()
      await message(shown).and(page.locator(':not(:has(.vz-pending))')).waitFor()
    },
    /** Does what a button of a message's toolbar does. */
    act: async (text: string, deed: string) => {
      if (device === 'phone') await message(text).locator('.vz-message-body').first().tap()
      else await message(text).hover()
      await press(button(deed, message(text)))
    },
    /** By the address, as a new visit: coming to the address one is at would keep what is open beside. */
    goTo: async (path: string) => {
      await page.goto('about:blank')
      await page.goto(url + path)
      await page.locator('.app-frame').waitFor()
      if (path.startsWith('/c/')) await join(page)
    },
    close: () => context.close(),
  }
}

/** What the browser had to complain of: errors, and what the policy kept from happening. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (said) => {
    if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  return complaints
}
