import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { soon } from '../services/eventually.ts'
import { states_of_power } from './app-states-of-power.ts'
import { said, states, strangers, with_factor } from './app-states.ts'
import { arrive, type Device, type Locale, password, type Person } from './app-person.ts'
import { type Account, rest } from './client.ts'
import { clear, emptyFolder, finish, serve, type Server, unlimited, until } from './program.ts'

// The executable may have to be built first.
setDefaultTimeout(180_000)

const found = await findBrowser()
if ('missing' in found) console.warn(`axe looks at no page: ${found.missing}.`)
const axe = await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text()

describe.skipIf('missing' in found)('axe finds nothing serious', () => {
  const place = emptyFolder()
  let server: Server
  let browser: Browser
  let bob: Account
  /** Who runs the server. */
  let root: Account
  beforeAll(async () => {
    if ('missing' in found) return
    ;[server, browser] = await Promise.all([serve(place, { settings: unlimited }), openBrowser(found)])
    bob = await account('bob')
    root = await account('root')
    await finish(place, ['user', 'promote', 'root'])
    await ask('POST /rooms', { name: 'Tea house', slug: 'tea-house', topic: 'Green and black', is_public: true })
    await ask('POST /rooms', { name: 'Library', slug: 'library', topic: 'Old books', is_public: true })
    const eve = await account(with_factor)
    await ask('POST /rooms/tea-house/join', {}, eve.access_token)
    await setUpFactor(eve)
  })
  afterAll(async () => {
    await browser.close()
    clear(place)
  })

  const ask = (line: string, body?: object, token = bob.access_token) => {
    const [method = '', path = ''] = line.split(' ')
    return rest(server.url, method, path, body, token)
  }
  const account = async (username: string) => (await rest(server.url, 'POST', '/auth/register', { username, password })).data // prettier-ignore

  async function setUpFactor({ access_token }: Account): Promise<void> {
    const { data } = await ask('POST /auth/2fa/enable', { password }, access_token)
    const totp_code = new TOTP({ secret: String(data['secret']) }).generate()
    expect((await ask('POST /auth/2fa/confirm', { totp_code }, access_token)).status).toBe(200)
  }

  const loaded = ({ page }: Person) => until(async () => (await page.locator('[class*=skeleton]').count()) === 0)

  /** In each theme, what is serious or critical: the rule and where. */
  async function findings({ page }: Person, themes: readonly string[]): Promise<string[]> {
    // Between two themes are colours of none.
    await page.emulateMedia({ reducedMotion: 'reduce' })
    // The page's policy allows no script of others; the browser may still be told to run one.
    await page.evaluate(axe)
    const all: string[] = []
    for (const theme of themes) {
      await page.evaluate(`document.documentElement.dataset.vzTheme = '${theme}'`)
      // What is not a colour is the same in every theme.
      const options = {
        resultTypes: ['violations'],
        ...(theme !== themes[0] && { runOnly: ['color-contrast', 'link-in-text-block'] }),
      }
      const { violations } = await page.evaluate<Findings>(`axe.run(document, ${JSON.stringify(options)})`)
      for (const { id, impact, nodes } of violations)
        if (impact === 'serious' || impact === 'critical')
          all.push(...nodes.map(({ html }) => `${theme}, ${id}: ${html.slice(0, 160)}`))
    }
    return all
  }

  // Each device in each language and in each theme. In which language colours are seen makes no difference to them, words are longer in French.
  describe.each<[Device, Locale, string[]]>([
    ['desktop', 'en', ['light', 'dark', 'contrast']],
    ['desktop', 'fr', ['light']],
    ['phone', 'en', ['light', 'dark', 'contrast']],
    ['phone', 'fr', ['dark']],
  ])('%s, %s:', (device, locale, themes) => {
    let ada: Person
    beforeAll(async () => {
      ada = await arrive(browser, server.url, `ada-${device}-${locale}`, locale, device)
    })
    afterAll(() => ada.close())

    test.each(strangers)('signed out, %s', async (_, path, open) => {
      await ada.page.goto(server.url + path)
      await ada.page.locator('.app-door h1').waitFor()
      await open(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('a first visit', async () => {
      await ada.signUp()
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('a room of others, which one enters', async () => {
      await ask('POST /rooms/tea-house/messages', { content: `Good morning @${ada.name}, \`code\` and a [link](https://example.org)\n\`\`\`js\nboil(water)\n\`\`\`\n> said\n\n- one\n- two` }) // prettier-ignore
      await ada.goTo('/c/tea-house')
      await ada.say(said(ada))
      expect(await findings(ada, themes)).toEqual([])
    })

    test.each(states)('%s', async (_, path, open) => {
      await ada.goTo(path)
      await open(ada, ask)
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('a room in colours of one’s own, as they are offered', async () => {
      const { page, words, pressButton } = ada
      const { appearance } = words.settings
      await ada.goTo('/settings/appearance')
      await page.getByLabel(appearance.themes.custom).check()
      await pressButton(appearance.use)
      await page.getByText(appearance.used).waitFor()
      await ada.goTo('/c/tea-house')
      await ada.message(said(ada)).waitFor()
      await soon(async () =>
        expect(await page.evaluate<string>("document.documentElement.style.getPropertyValue('--vz-bg')")).toBe(
          '#fbf9f5',
        ),
      )
      expect(await findings(ada, [await page.evaluate<string>('document.documentElement.dataset.vzTheme')])).toEqual([])
      await page.evaluate("localStorage.removeItem('veza.appearance')")
    })

    test.each(states_of_power)('for those who run it, %s', async (_, path, open) => {
      await finish(place, ['user', 'promote', ada.name])
      await ada.goTo(path)
      await open(ada, ask)
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('who was signed out elsewhere, and who is banned', async () => {
      const { page, words, pressButton } = ada
      const { data } = await rest(server.url, 'POST', '/auth/login', { username: ada.name, password })
      await ada.goTo('/')
      await ask('POST /auth/logout-all', {}, data['access_token'])
      await page.getByRole('alert').filter({ hasText: words.sign.was_ended }).waitFor()
      expect(await findings(ada, themes)).toEqual([])

      await page.getByLabel(words.sign.username_or_email).fill(ada.name)
      await page.getByLabel(words.sign.password, { exact: true }).fill(password)
      await pressButton(words.sign.sign_in)
      await page.locator('.app-frame').waitFor()
      const ban = { active: false, ban_reason: 'advertising', banned_until: '2999-01-31T12:00:00Z' }
      expect((await ask(`PUT /admin/users/${data['user'].id}`, ban, root.access_token)).status).toBe(200)
      await ada.heading(words.sign.banned_title).waitFor()
      await page.getByText(words.sign.banned_because('advertising')).waitFor()
      expect(await findings(ada, themes)).toEqual([])
    })
  })

  test('being offline, with a message that waits', async () => {
    const eve = await arrive(browser, server.url, 'ada-offline', 'en')
    await eve.signUp()
    await eve.goTo('/c/tea-house')
    await eve.composer.waitFor()
    server.kill('SIGKILL')
    await eve.page.locator('.vz-connection').waitFor()
    await eve.composer.fill('Later')
    await eve.send()
    await eve.page.locator('.vz-pending').waitFor()
    expect(await findings(eve, ['light', 'dark', 'contrast'])).toEqual([])
    await eve.close()
  })
})

interface Findings {
  violations: { id: string; impact: string; nodes: { html: string }[] }[]
}
