import { expect } from 'bun:test'
import { TOTP } from 'otpauth'

import { hello, password, type Person, roomOf } from './app-person.ts'
import { rest } from './client.ts'
import { until } from './program.ts'
import { soon } from '../services/eventually.ts'

export type Both = (does: string, deed: (one: Person, other: Person) => Promise<void>) => void

const toSettings = async (one: Person, part: keyof Person['words']['settings']['parts']) => {
  if (!one.page.url().includes('/settings/')) {
    await one.toList()
    await one.press(one.list.locator('.app-own .app-menu-button'))
    await one.press(one.page.getByRole('menuitem', { name: one.words.frame.settings }))
  }
  await one.press(one.page.locator('.vs-nav').getByRole('link', { name: one.words.settings.parts[part] }))
  await one.heading(one.words.settings.parts[part]).waitFor()
}
const section = ({ page }: Person, name: string) => page.getByRole('region', { name, exact: true })

/** What one sees to for oneself, of app-people.test.ts: by then both are signed in and know each other's rooms. */
export function ownMatters(both: Both, url: () => string): void {
  both('chooses a status and a display name, which the other sees', async (one, other) => {
    const { profile, save } = one.words.settings
    await toSettings(one, 'profile')
    const [status, name] = [section(one, profile.status), section(one, profile.name)]
    await status.getByLabel(profile.statuses.busy).check()
    await one.pressButton(save, status)
    await name.getByLabel(profile.displayName).fill(`${one.name} the First`)
    await one.pressButton(save, name)
    await other.open(roomOf(one))
    await other.pressButton(other.words.conversation.members(2))
    const line = other
      .side(other.words.conversation.people)
      .getByRole('listitem')
      .filter({ hasText: `${one.name} the First` })
    await line.getByRole('img', { name: other.words.components.statuses.busy }).waitFor()
    await other.pressButton(other.words.conversation.close, other.side(other.words.conversation.people))
  })

  both('chooses a theme, colours of their own, a language and back', async (one) => {
    const { page, words } = one
    await toSettings(one, 'appearance')
    const { appearance } = words.settings
    await page.getByLabel(appearance.themes.custom).check()
    await page.getByLabel(appearance.background, { exact: true }).fill('#2b1a4d')
    await one.pressButton(appearance.fix)
    await one.pressButton(appearance.use)
    await page.getByText(appearance.used).waitFor()
    await soon(async () =>
      expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe('rgb(43, 26, 77)'),
    )
    const shown = () => page.evaluate<string>('document.documentElement.dataset.vzTheme')
    for (const theme of ['dark', 'contrast', 'light'] as const) {
      await page.getByLabel(appearance.themes[theme]).check()
      await until(async () => (await shown()) === theme)
    }
    await toSettings(one, 'language')
    const { languages } = words.settings.language
    const lang = (code: string) => page.locator(`html[lang^=${code}]`).waitFor({ state: 'attached' })
    await page.getByLabel(languages[one.locale === 'en' ? 'fr' : 'en']).check()
    await lang(one.locale === 'en' ? 'fr' : 'en')
    await page.getByLabel(languages[one.locale]).check()
    await lang(one.locale)
  })

  both('makes a key for a program, and revokes it', async (one) => {
    const { keys, done } = one.words.settings
    await toSettings(one, 'api-keys')
    const form = section(one, keys.create)
    await form.getByLabel(keys.name, { exact: true }).fill('kettle')
    await one.pressButton(keys.make, form)
    const key = await form.getByRole('region', { name: keys.made }).innerText()
    const asked = () => fetch(`${url()}/api/v1/rooms`, { headers: { authorization: `Bearer ${key}` } })
    expect((await asked()).status).toBe(200)
    await one.pressButton(done, form)
    await one.pressButton(keys.revokeOf('kettle'))
    await one.pressButton(keys.revoke, one.dialog())
    await one.page.getByText(keys.revoked('kettle')).waitFor()
    expect((await asked()).status).toBe(401)
  })

  both('signs out a device that is elsewhere', async (one) => {
    const { sessions } = one.words.settings
    const { data } = await rest(url(), 'POST', '/auth/login', { username: one.name, password })
    const me = async () => (await rest(url(), 'GET', '/users/me', undefined, data.access_token)).status
    expect(await me()).toBe(200)
    await toSettings(one, 'security')
    await one.pressButton(sessions.endOthers)
    await one.page.getByText(sessions.othersEnded(1)).waitFor()
    expect(await me()).toBe(401)
  })

  both('sets up a second factor, signs out, and comes back with it', async (one) => {
    const { factor, sessions } = one.words.settings
    const { words, page } = one
    await toSettings(one, 'security')
    await page.getByText(sessions.current).waitFor()
    const form = section(one, factor.title)
    await one.pressButton(factor.begin, form)
    await form.getByLabel(factor.password).fill(password)
    await one.pressButton(factor.next, form)
    const secret = await form.getByRole('region', { name: factor.secret }).innerText()
    await form.getByLabel(factor.code).fill(new TOTP({ secret }).generate())
    await one.pressButton(factor.confirm, form)
    const [backup = ''] = (await form.getByRole('region', { name: factor.codesTitle }).innerText()).split('\n')
    await one.pressButton(factor.kept, form)
    await form.getByText(factor.left(10)).waitFor()

    if (one.device === 'phone') await one.press(page.getByRole('link', { name: words.frame.back }))
    await one.press(one.list.locator('.app-own .app-menu-button'))
    await one.press(page.getByRole('menuitem', { name: words.frame.sign_out }))
    await page.getByLabel(words.sign.username_or_email).fill(one.name)
    await page.getByLabel(words.sign.password, { exact: true }).fill(password)
    await one.pressButton(words.sign.sign_in)
    await one.pressButton(words.sign.use_backup)
    await page.getByLabel(words.sign.backup_code).fill(backup)
    await one.pressButton(words.sign.go_on)
    await page.locator('.app-frame').waitFor()
    await one.open(roomOf(one))
    await one.message(hello(one)).waitFor()
  })
}
