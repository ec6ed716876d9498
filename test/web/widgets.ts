import type { BrowserContextOptions, Locator, Page, WebSocket } from 'playwright-core'

import { eventually } from '../services/eventually.ts'
import { findBrowser, openBrowser } from '../services/browser.ts'
import { startServer, type Account } from '../services/server.ts'
import { letsIn, startHost, type Shown } from './host-page.ts'
import { watch } from './served-pages.ts'

const found = await findBrowser()
if ('missing' in found) console.warn(`The widget is not looked at in a browser: ${found.missing}.`)
export const hasNoBrowser = 'missing' in found

export interface Heard {
  type: string
  // Each event has a detail of its own; the tests say what they expect.
  detail: never
  by: string
}

const listen = `globalThis.told = []
for (const name of ['ready', 'message', 'unread', 'error', 'sent', 'open', 'close'])
  document.addEventListener('veza-' + name, ({ type, detail, target }) => told.push({ type: type.slice(5), detail, by: target.id }))
`

/** A server, a site of somebody else's, and a browser that shows the widget there. */
export async function startWidgets() {
  if ('missing' in found) throw new Error(found.missing)
  const host = startHost()
  const [server, browser] = await Promise.all([startServer({ security: letsIn(host.url) }), openBrowser(found)])
  const script = `<script type="module" src="${server.url}/widget.js"></script>`

  return {
    server,
    host,
    browser,
    script,
    /** A page with these attributes in a box of its own, signed in as `name`; or another page altogether. */
    open: async (shown: Partial<Shown> & { name?: string; attributes?: string }, options?: BrowserContextOptions) => {
      const { name = 'bob', attributes = 'room="general"', body, script: own = '', ...rest } = shown
      const chat = `<veza-chat id="chat" token-url="/chat-token?name=${name}" ${attributes}></veza-chat>`
      host.show({ body: body ?? `<div id="box">${script}${chat}</div>`, script: `${listen}${own}`, head: '<link rel="stylesheet" href="/host.css">', ...rest }) // prettier-ignore
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const notes = await watch(page)
      const sockets: WebSocket[] = []
      page.on('websocket', (socket) => sockets.push(socket))
      await page.goto(host.url)
      return { ...partsOf(page), page, notes, sockets, context }
    },
    says: async (account: Account, content: string, room: string | number = 'general'): Promise<{ id: number }> => {
      const answer = await server.ask(`POST /rooms/${room}/messages`, { content }, account.token)
      if (answer.data === undefined) throw new Error(JSON.stringify(answer.error))
      return answer.data
    },
    close: async () => {
      await browser.close()
      await host.close()
      await server.close()
    },
  }
}

export type Widgets = Awaited<ReturnType<typeof startWidgets>>

/** A property as the browser computes it. */
export const styleOf = (at: Locator, property: string): Promise<string> =>
  at.evaluate((node, name) => node.ownerDocument.defaultView.getComputedStyle(node).getPropertyValue(name), property)

/** Whether the focus is there, in its shadow root. */
export const hasFocus = (at: Locator): Promise<boolean> =>
  at.evaluate((node) => node.getRootNode().activeElement === node)

function partsOf(page: Page) {
  const chat = page.locator('veza-chat').first()
  /** What the page heard, all or of one kind. */
  const heard = async (type?: string): Promise<Heard[]> => {
    const told = await page.evaluate<Heard[]>('told')
    return type === undefined ? told : told.filter((one) => one.type === type)
  }
  return {
    chat,
    field: chat.locator('textarea').first(),
    write: async (text: string) => {
      await chat.locator('textarea').first().fill(text)
      await page.keyboard.press('Enter')
    },
    said: (text: string) => chat.locator('.vz-conversation article', { hasText: text }),
    heard,
    /** Waits until there are so many of a kind. */
    hears: (type: string, count = 1) =>
      eventually(`veza-${type}`, async () => {
        const told = await heard(type)
        return told.length >= count && told
      }),
  }
}
