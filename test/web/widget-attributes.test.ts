// What a page fills from what people wrote: the attributes of its chats, and the answer of its own backend.
import { afterAll, beforeAll, describe, setDefaultTimeout, test } from 'bun:test'

import { eventually } from '../services/eventually.ts'
import { isUnharmed } from './harm.ts'
import { mark, payloads } from './payloads.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

const no_room = 'This chat has no room yet: the page has to name one by room or conversation.'

describe.skipIf(hasNoBrowser)('what attackers write, in the attributes of a chat', () => {
  let all: Widgets
  beforeAll(async () => {
    all = await startWidgets()
  })
  afterAll(() => all.close())

  /** A page with a chat for each payload. */
  async function open(name: string, others: string) {
    const chats = payloads.map((payload) => `<veza-chat ${name}="${Bun.escapeHTML(payload)}" ${others}></veza-chat>`)
    const visit = await all.open({ body: `${all.script}${chats.join('')}`, script: mark, styles: 'veza-chat { display: block; height: 300px }' }) // prettier-ignore
    const shown = (selector: string, attribute: string) =>
      visit.page.evaluate<(string | null)[]>(
        `[...document.querySelectorAll('veza-chat')].map((chat) => { const found = chat.shadowRoot?.querySelector('${selector}'); return found?.${attribute} ?? null })`,
      )
    return { ...visit, shown }
  }
  const joined = 'room="general" token-url="/chat-token?name=bob"'

  test.each([
    ['placeholder', joined, 'textarea', 'placeholder', (payload: string) => payload.trim()],
    ['conversation', 'token-url="/chat-token?name=bob"', '.vz-empty', 'textContent', () => no_room],
    ['locale', joined, 'textarea', 'placeholder', () => 'Message #General'],
    ['theme', joined, 'textarea', 'placeholder', () => 'Message #General'],
    ['accent', joined, 'textarea', 'placeholder', () => 'Message #General'],
  ] as const)('is a text or nothing as %s', async (name, others, selector, attribute, shown) => {
    const visit = await open(name, others)
    const wanted = payloads.map(shown)
    await eventually(name, async () => Bun.deepEquals(await visit.shown(selector, attribute), wanted))
    await isUnharmed(visit)
    await visit.context.close()
  })

  test('is nothing as the answer of what gives tokens', async () => {
    const visit = await open('token-url', 'room="general"')
    all.host.show({ body: `${all.script}${payloads.map((_, at) => `<veza-chat room="general" token-url="/chat-token?name=${at}"></veza-chat>`).join('')}`, script: mark }) // prettier-ignore
    all.host.answers((name) => new Response(payloads[Number(name)]))
    await visit.page.reload()
    const wanted = payloads.map(() => 'This page could not sign you in to the chat. What you write is kept.')
    await eventually('a notice', async () =>
      Bun.deepEquals(await visit.shown('.vz-notice span', 'textContent'), wanted),
    )
    await isUnharmed(visit, /token|fetch|CORS|URL scheme|javascript:/i)
    await visit.context.close()
  })

  test('names no room', async () => {
    const visit = await open('room', 'token-url="/chat-token?name=bob"')
    // What cannot be the name of a room is refused before anybody looks for it.
    const sentences =
      /^(There is no such room, or it is not open to you\.|The messages could not be loaded\. Nothing is lost\.Try again)$/
    await eventually('a sentence', async () => {
      const shown = await visit.shown('.vz-signed-out p, .vz-empty', 'textContent')
      return shown.length === payloads.length && shown.every((text) => sentences.test(text ?? ''))
    })
    await isUnharmed(visit)
    await visit.context.close()
  })
})
