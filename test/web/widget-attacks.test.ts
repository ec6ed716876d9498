import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { mark, payloads } from './payloads.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(120_000)

test('there are at least sixty payloads, each another', () => {
  expect(payloads.length).toBeGreaterThanOrEqual(60)
  expect(new Set(payloads).size).toBe(payloads.length)
})

describe.skipIf(hasNoBrowser)('what attackers write, in the widget', () => {
  let all: Widgets
  let mallory: Account
  let bob: Awaited<ReturnType<Widgets['open']>>
  let room: number

  beforeAll(async () => {
    all = await startWidgets()
    mallory = await all.server.register('mallory')
    room = await all.server.room(mallory, { name: 'Begin' })
    const addresses = `'self' ${all.server.url} ${all.server.url.replace('http', 'ws')}`
    bob = await all.open({
      name: 'bob',
      script: mark,
      attributes: `room="${room}" launcher open`,
      policy: `default-src 'none'; script-src 'self' ${all.server.url}; style-src 'self'; connect-src ${addresses}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`,
    })
    await bob.field.waitFor()
  })
  afterAll(() => all.close())

  /** Nothing ran, nothing was asked of another host, and the browser had nothing to refuse. */
  async function isUnharmed(): Promise<void> {
    expect(await bob.page.evaluate('ran')).toBe(0)
    expect(bob.notes.complaints).toEqual([])
    expect(bob.notes.asked.filter((url) => url.includes('leak.invalid'))).toEqual([])
    const odd = await bob.chat.evaluate((chat) => {
      const found: string[] = []
      for (const element of chat.shadowRoot.querySelectorAll('*')) {
        const address = element.getAttribute('href') ?? element.getAttribute('src') ?? ''
        const runs = element.getAttributeNames().some((name: string) => name.startsWith('on'))
        const isOdd = /^(script|iframe|img|object|embed|style|link|base|meta|video|audio|veza-chat)$/i.test(element.localName) // prettier-ignore
        if (isOdd || runs || /^\s*(javascript|data|vbscript):/i.test(address)) found.push(element.outerHTML)
      }
      return found
    })
    expect(odd).toEqual([])
  }

  test('would be noticed if it ran', async () => {
    expect(await bob.page.evaluate('(marked(), ran)')).toBe(1)
    await bob.page.evaluate("(globalThis.ran = 0, document.querySelector('veza-chat').shadowRoot.append(document.createElement('img')))") // prettier-ignore
    await expect(isUnharmed()).rejects.toThrow('<img>')
    await bob.page.evaluate("document.querySelector('veza-chat').shadowRoot.querySelector('img').remove()")
    await isUnharmed()
  })

  test('stays a text as a message', async () => {
    for (const [at, payload] of payloads.entries()) {
      await all.says(mallory, `${payload}\n\nnumber ${at} is here`, room)
      await bob.said(`number ${at} is here`).waitFor()
      // A click where a link could be, which is what a victim does.
      if (at % 10 === 9) await isUnharmed()
    }
    await isUnharmed()
  })

  test('stays a text in a thread', async () => {
    const { id } = await all.says(mallory, 'the parent', room)
    for (const payload of payloads.slice(0, 30))
      await all.server.ask(`POST /rooms/${room}/messages`, { content: payload, parent_id: id }, mallory.token)
    await all.server.ask(`POST /rooms/${room}/messages`, { content: 'the last reply', parent_id: id }, mallory.token)
    await bob.said('the parent').getByText('31 replies').click()
    await bob.chat.locator('.vz-thread').getByText('the last reply').waitFor()
    await isUnharmed()
    await bob.page.keyboard.press('Escape')
  })

  test('stays a text as the name of a room', async () => {
    const title = bob.chat.locator('.vz-panel > header h2')
    let taken = 0
    for (const payload of payloads) {
      const { status } = await all.server.ask(`PUT /rooms/${room}`, { name: payload.slice(0, 80) }, mallory.token)
      if (status !== 200) continue
      taken++
      const { data } = await all.server.ask(`GET /rooms/${room}`, undefined, mallory.token)
      const { name } = data as { name: string }
      await bob.chat.getByRole('dialog', { name, exact: true }).waitFor()
      expect(await title.textContent()).toBe(name)
      expect(await bob.field.getAttribute('placeholder')).toBe(`Message #${name}`)
    }
    expect(taken).toBeGreaterThan(40)
    await isUnharmed()
  })

  test('stays a text as the name of a person, where the server takes it', async () => {
    for (const payload of payloads) {
      const { status } = await all.server.ask('POST /auth/register', { username: payload, password: 'correct horse' })
      expect([payload, status]).toEqual([payload, 422])
    }
    let taken = 0
    for (const payload of payloads) {
      const { status } = await all.server.ask('PUT /users/me', { display_name: payload.slice(0, 60) }, mallory.token)
      if (status !== 200) continue
      if (taken++ % 15 > 0) continue
      await bob.page.reload()
      await bob.hears('ready')
      // Names are completed once they are known.
      await eventually('the name', async () => {
        await bob.field.fill('')
        await bob.field.pressSequentially('@mal')
        return (await bob.chat.getByRole('option', { name: /@mallory/ }).count()) > 0
      })
      await isUnharmed()
    }
    expect(taken).toBeGreaterThan(40)
    await bob.field.fill('')
  })

  test('stays a text in what one writes oneself, and is sent as it was written', async () => {
    await bob.hears('ready')
    const before = (await bob.heard('sent')).length
    for (const [at, payload] of payloads.slice(0, 20).entries()) {
      await bob.field.fill(`${payload} own`)
      await bob.field.press('Enter')
      const [message] = (await bob.hears('sent', before + at + 1)).slice(-1)
      expect(message).toMatchObject({ detail: { message: { content: `${payload} own` } } })
    }
    await isUnharmed()
  })
})
