import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { said, states, states_of_power, strangers } from './app-states.ts'
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
  beforeAll(async () => {
    if ('missing' in found) return
    ;[server, browser] = await Promise.all([serve(place, { settings: unlimited }), openBrowser(found)])
    bob = await account('bob')
    await ask('POST /rooms', { name: 'Tea house', slug: 'tea-house', topic: 'Green and black', is_public: true })
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

  describe.each<[Device, Locale, string[]]>([
    ['desktop', 'en', ['light', 'dark', 'contrast']],
    ['phone', 'fr', ['dark']],
  ])('%s, %s:', (device, locale, themes) => {
    let ada: Person
    beforeAll(async () => {
      ada = await arrive(browser, server.url, `ada-${locale}`, locale, device)
    })
    afterAll(() => ada.close())

    test.each(strangers)('signed out, %s', async (_, path, open) => {
      await ada.page.goto(server.url + path)
      await ada.page.locator('.app-form').waitFor()
      await open(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('a first visit', async () => {
      await ada.signUp()
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test('a room of others, which one enters', async () => {
      await ask('POST /rooms/tea-house/messages', { content: 'Good morning @ada-en @ada-fr, `code` and a [link](https://example.org)\n```js\nboil(water)\n```\n> said\n\n- one\n- two' }) // prettier-ignore
      await ada.goTo('/c/tea-house')
      await ada.say(said(ada))
      expect(await findings(ada, themes)).toEqual([])
    })

    // The parts of the settings are one column, wide or not.
    const shown = device === 'phone' ? states.filter(([name]) => !name.startsWith('the settings:')) : states
    test.each(shown)('%s', async (_, path, open) => {
      await ada.goTo(path)
      await open(ada, ask)
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })

    test.each(states_of_power)('for those who run it, %s', async (_, path, open) => {
      await finish(place, ['user', 'promote', ada.name])
      await ada.goTo(path)
      await open(ada, ask)
      await loaded(ada)
      expect(await findings(ada, themes)).toEqual([])
    })
  })

  test('being offline, with a message that waits', async () => {
    const eve = await arrive(browser, server.url, 'eve', 'en')
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
