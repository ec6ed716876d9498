import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { wordsOf } from '../../sdks/react/src/words.ts'
import { type App, has_browser, phone } from '../web/app-visit.ts'
import { startHost } from '../web/host-page.ts'
import { watch } from '../web/served-pages.ts'
import { soon } from '../services/eventually.ts'
import { type Served, serveApp } from './app.ts'
import type { Account } from './client.ts'
import { until } from './program.ts'
import { walk } from './timeline-page.ts'

// The executable may have to be built first.
setDefaultTimeout(180_000)

describe.skipIf(!has_browser)(
  'two people in a page of somebody else: at a desk in English, on a phone in French',
  () => {
    const host = startHost()
    let app: App<Served>
    let ada: Guest
    let bob: Guest
    beforeAll(async () => {
      app = await serveApp([`security.allowed_origins=${host.url}`])
      const accounts = new Map<string, Account>()
      for (const name of ['ada', 'bob']) accounts.set(name, await app.server.register(name))
      const come = async (name: string, locale: 'en' | 'fr'): Promise<Guest> => {
        host.show({
          lang: locale,
          head: '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/host.css">',
          body: `<div id="box"><script type="module" src="${app.server.url}/widget.js"></script><veza-chat room="general" launcher token-url="/chat-token?name=${name}"></veza-chat></div>`,
          policy: `default-src 'none'; script-src 'self' ${app.server.url}; style-src 'self'; img-src data:; connect-src 'self' ${app.server.url} ${app.server.url.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`,
        })
        host.answers((name) => Response.json({ access_token: accounts.get(name)?.access_token }))
        const context = await app.browser.newContext(
          locale === 'fr' ? { ...phone, locale: 'fr-FR' } : { locale: 'en-GB' },
        )
        return guest(await context.newPage(), host.url, locale)
      }
      ada = await come('ada', 'en')
      bob = await come('bob', 'fr')
    })
    afterAll(async () => {
      await app.close()
      await host.close()
    })

    test('they open it, write, and answer in a thread', async () => {
      for (const { press, chat, field } of [ada, bob]) {
        await press(chat.getByRole('button', { name: /^(Open the chat|Ouvrir la discussion)$/ }))
        await field.waitFor()
      }
      await ada.write('Good **morning**')
      await bob.said('Good morning').locator('strong').waitFor()
      await bob.write('Bonjour')
      await ada.said('Bonjour').waitFor()
      await bob.press(bob.said('Good morning').locator('.vz-message-body').first())
      await bob.press(bob.said('Good morning').getByRole('button', { name: bob.words.reply, exact: true }))
      await bob.chat.locator('.vz-thread textarea').fill('Bien dormi ?')
      await bob.press(bob.chat.locator('.vz-thread').getByRole('button', { name: bob.words.send, exact: true }))
      await ada.press(ada.said('Good morning').getByRole('button', { name: ada.words.replies(1) }))
      await ada.chat.locator('.vz-thread').getByText('Bien dormi ?').waitFor()
      for (const { press, chat, words } of [ada, bob]) {
        await press(chat.locator('.vz-thread').getByRole('button', { name: words.close, exact: true }))
        await chat.locator('.vz-thread').waitFor({ state: 'detached' })
      }
    })

    test('the server is killed in the middle of sending: nothing is lost or doubled', async () => {
      const lines = (name: string) =>
        Array.from({ length: 10 }, (_, at) => `${name} says ${String(at).padStart(2, '0')}`)
      const early = (name: string) => lines(name).slice(0, -1)
      const writing = Promise.all([ada.writeAll(early('ada')), bob.writeAll(early('bob'))])
      await bob.said('ada says 03').waitFor()
      await app.server.killed()
      await writing
      await Promise.all([ada.write('ada says 09'), bob.write('bob says 09')])
      await ada.said('ada says 09').locator('.vz-pending').waitFor({ state: 'attached' })
      await app.server.again()
      const wanted = [...lines('ada'), ...lines('bob')].toSorted()
      for (const { shown, chat } of [ada, bob]) {
        await until(async () => (await shown()).length >= wanted.length, 60_000, 'all is shown').catch(() => undefined)
        await chat.locator('.vz-pending').first().waitFor({ state: 'detached' })
        const texts = await shown()
        expect(texts.toSorted()).toEqual(wanted)
        for (const name of ['ada', 'bob']) expect(texts.filter((text) => text.startsWith(name))).toEqual(lines(name))
      }
      await soon(async () => expect(await ada.shown()).toEqual(await bob.shown()))
    })

    test('and the browsers had nothing to complain of', () => {
      // A connection that fails is told of in the log of every browser.
      const unexpected = (text: string) => !/ERR_|WebSocket connection|status of 5/.test(text)
      for (const { notes } of [ada, bob]) expect(notes.complaints.filter(unexpected)).toEqual([])
    })
  },
)

type Guest = Awaited<ReturnType<typeof guest>>

async function guest(page: Page, url: string, locale: 'en' | 'fr') {
  page.setDefaultTimeout(20_000)
  const notes = await watch(page)
  await page.goto(url)
  const chat = page.locator('veza-chat')
  const field = chat.locator('.vz-conversation textarea')
  const words = wordsOf[locale]
  const write = async (text: string) => {
    await field.fill(text)
    if (locale === 'fr')
      await chat.locator('.vz-conversation').getByRole('button', { name: words.send, exact: true }).tap()
    else await field.press('Enter')
  }
  return {
    page,
    chat,
    field,
    words,
    notes,
    write,
    press: (what: ReturnType<Page['locator']>) => (locale === 'fr' ? what.tap() : what.click()),
    said: (text: string) => chat.locator('.vz-conversation article', { hasText: text }),
    writeAll: async (texts: string[]) => {
      for (const text of texts) await write(text)
    },
    /** What is said in the lines of the second test, as it stands on the screens of the conversation. */
    shown: async () =>
      (await walk(page, "document.querySelector('veza-chat').shadowRoot")).filter((text) => text.includes(' says ')),
  }
}
