import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { isUnharmed } from './harm.ts'
import { mark, payloads, readAs, squashed } from './payloads.ts'
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
    bob = await open(`room="${room}" launcher open`)
    // What is there when one comes is not read out.
    await bob.chat.locator('.vz-empty').waitFor()
  })
  afterAll(() => all.close())

  async function open(attributes: string, styles = '') {
    const addresses = `'self' ${all.server.url} ${all.server.url.replace('http', 'ws')}`
    const policy = `default-src 'none'; script-src 'self' ${all.server.url}; style-src 'self'; connect-src ${addresses}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`
    // Of what is taller than two screens, only a part is in the document.
    const viewport = { width: 1000, height: styles === '' ? 720 : 15_000 }
    const visit = await all.open({ name: 'bob', script: mark, attributes, policy, styles }, { viewport })
    await visit.field.waitFor()
    return visit
  }
  /** A chat so tall that all of a room is shown at once. */
  const openTall = async (id: number) => {
    const visit = await open(`room="${id}"`, '#box { height: 30000px }')
    await visit.chat.locator('.vz-empty').waitFor()
    return visit
  }

  const post = async (id: number, message: object): Promise<number> => {
    const { status, data } = await all.server.ask(`POST /rooms/${id}/messages`, message, mallory.token)
    expect([message, status]).toEqual([message, 201])
    return data['id']
  }
  /** By the id of each message, what its part of this kind says. */
  const partsOf = (visit: typeof bob, within: string, part: string): Promise<Record<number, string>> =>
    visit.chat.evaluate((chat, [within, part]) => {
      const rows = [...chat.shadowRoot.querySelectorAll(`${within} [data-message-id]`)]
      return Object.fromEntries(
        rows.flatMap((row) => {
          const found = row.querySelector(part)
          return found === null ? [] : [[row.dataset.messageId, found.getAttribute('aria-label') ?? found.textContent]]
        }),
      )
    }, [within, part] as const) // prettier-ignore
  const allParts = (visit: typeof bob, within: string, part: string) =>
    eventually('all parts', async () => {
      const parts = await partsOf(visit, within, part)
      return Object.keys(parts).length >= payloads.length && parts
    })

  test('would be noticed if it ran', async () => {
    expect(await bob.page.evaluate('(marked(), ran)')).toBe(1)
    await expect(isUnharmed(bob)).rejects.toThrow('1 ran')
    await bob.page.evaluate("(globalThis.ran = 0, document.querySelector('veza-chat').shadowRoot.append(document.createElement('img')))") // prettier-ignore
    await expect(isUnharmed(bob)).rejects.toThrow('<img>')
    await bob.page.evaluate("document.querySelector('veza-chat').shadowRoot.querySelector('img').remove()")
    await isUnharmed(bob)
  })

  test('stays a text as a message, and as what is read out', async () => {
    const said = bob.chat.locator('.vz-conversation [role=log] > span')
    const fresh = () => said.evaluate((span) => (span.hasAttribute('data-heard') ? '' : (span.textContent ?? '')))
    for (const [at, payload] of payloads.entries()) {
      const text = squashed(`mallory: ${readAs(payload)}`)
      const id = await post(room, { content: payload })
      // Several are read out in the same words: each by an element of its own.
      await eventually(payload, async () => squashed(await fresh()).startsWith(text))
      await said.evaluate((span) => span.setAttribute('data-heard', ''))
      const { [id]: shown = '' } = await partsOf(bob, '.vz-conversation', '.vz-markdown')
      // The button that copies code is part of it.
      expect(squashed(shown).replace(/^Copy/, '')).toBe(squashed(readAs(payload)))
      if (at % 10 === 9) await isUnharmed(bob)
    }
    await isUnharmed(bob)
  })

  test.each([
    ['Markdown', 'markdown', (payload: string) => payload, '.vz-markdown', readAs],
    ['code', 'code', (payload: string) => payload, '.vz-plain-code', (payload: string) => payload],
    ['the language of a fence', 'text', (payload: string) => `~~~ ${squashed(payload)}\nx\n~~~`, '.vz-code-block pre', squashed], // prettier-ignore
  ] as const)('stays a text as %s', async (_, content_type, write, part, shown) => {
    const id = await all.server.room(mallory)
    const visit = await openTall(id)
    const ids = await Promise.all(payloads.map((payload) => post(id, { content: write(payload), content_type })))
    const parts = await allParts(visit, '.vz-conversation', part)
    for (const [at, payload] of payloads.entries()) {
      const text = squashed(parts[ids[at] ?? 0] ?? '').replace(/^Copy/, '')
      expect(text).toBe(squashed(shown(payload)))
    }
    // Hovered, as links are by who is about to press them.
    for (const link of await visit.chat.locator('.vz-markdown a').all()) await link.hover({ force: true })
    await isUnharmed(visit)
    await visit.context.close()
  })

  test('stays a text in a thread: what is answered, and each reply', async () => {
    const id = await all.server.room(mallory)
    const visit = await openTall(id)
    const parents = await Promise.all(payloads.map((content) => post(id, { content })))
    const [parent_id = 0] = parents
    const first = await post(id, { content: 'the first reply', parent_id })
    await visit.chat.locator('.vz-conversation .vz-thread-link').click()
    await visit.chat.locator(`.vz-thread [data-message-id="${first}"]`).waitFor()
    const replies = await Promise.all(payloads.map((content) => post(id, { content, parent_id })))
    const parts = await allParts(visit, '.vz-thread .vz-timeline', '.vz-markdown')
    for (const [at, payload] of payloads.entries())
      expect(squashed(parts[replies[at] ?? 0] ?? '').replace(/^Copy/, '')).toBe(squashed(readAs(payload)))
    await isUnharmed(visit)
    // Each in the place of what is answered.
    for (const parent_id of parents) await post(id, { content: 'a reply', parent_id })
    for (const [at, parent_id] of parents.entries()) {
      const link = `.vz-conversation [data-message-id="${parent_id}"] .vz-thread-link`
      await eventually('the link', () => visit.chat.evaluate((chat, link) => {
        const button = chat.shadowRoot.querySelector(link)
        button?.click()
        return button !== null
      }, link)) // prettier-ignore
      await visit.chat.locator(`.vz-thread-parent [data-message-id="${parent_id}"]`).waitFor()
      const { [parent_id]: shown = '' } = await partsOf(visit, '.vz-thread-parent', '.vz-markdown')
      expect(squashed(shown).replace(/^Copy/, '')).toBe(squashed(readAs(payloads[at] ?? '')))
    }
    await isUnharmed(visit)
    await visit.context.close()
  })

  test('stays a text as the name of a room, where the server takes it', async () => {
    const title = bob.chat.locator('.vz-panel > header h2')
    let taken = 0
    for (const payload of payloads) {
      const { status } = await all.server.ask(`PUT /rooms/${room}`, { name: payload }, mallory.token)
      if (status !== 200) continue
      taken++
      const { data } = await all.server.ask(`GET /rooms/${room}`, undefined, mallory.token)
      const { name } = data as { name: string }
      await bob.chat.getByRole('dialog', { name, exact: true }).waitFor()
      await soon(async () => expect(await title.textContent()).toBe(name))
      await soon(async () => expect(await bob.field.getAttribute('placeholder')).toBe(`Message #${name}`))
    }
    expect(taken).toBeGreaterThan(80)
    await isUnharmed(bob)
  })

  test('is no name of a person', async () => {
    for (const payload of payloads) {
      const { status } = await all.server.ask('POST /auth/register', { username: payload, password: 'correct horse' })
      expect([payload, status]).toEqual([payload, 422])
    }
  })

  test('stays a text in what one writes oneself, is sent as it was written, and is kept as a draft', async () => {
    const visit = await openTall(await all.server.room(mallory))
    await visit.hears('ready')
    for (const payload of payloads) {
      await visit.field.fill(`own ${payload} own`)
      await soon(async () => expect(await visit.field.inputValue()).toBe(`own ${payload} own`))
      await visit.page.keyboard.press('Enter')
    }
    const told = (await visit.hears('sent', payloads.length)) as { detail: { message: { content: string } } }[]
    expect(told.map(({ detail }) => detail.message.content)).toEqual(payloads.map((payload) => `own ${payload} own`))
    await allParts(visit, '.vz-conversation', '.vz-markdown')
    await isUnharmed(visit)
    const draft = payloads.join('\n')
    await visit.field.fill(draft)
    await visit.page.reload()
    await eventually('the draft', async () => (await visit.field.inputValue()) === draft)
    await isUnharmed(visit)
    await visit.context.close()
  })
})
