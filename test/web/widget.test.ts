import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { smallestScript } from '../../.ci/smallest.ts'
import { compressTightest } from '../../src/transport/http/index.ts'
import { soon } from '../services/eventually.ts'
import { tokenFor } from './host-page.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

describe.skipIf(hasNoBrowser)('the widget in a page of somebody else', () => {
  let all: Widgets

  beforeAll(async () => {
    all = await startWidgets()
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  test('is under 60 KB compressed, all in all, as the executable has it', async () => {
    const script = await fetch(`${all.server.url}/widget.js`)
    const small = await smallestScript(new Uint8Array(await script.arrayBuffer()))
    const [sent, anywhere] = [await compressTightest(small, 'gzip'), Bun.gzipSync(small, { level: 9 })]
    console.log(`widget.js: ${sent.length} bytes as it is sent, ${anywhere.length} by gzip -9`)
    expect(sent.length).toBeLessThan(60_000)
    expect(anywhere.length).toBeLessThan(60_000)
  })

  test.each([
    ['by token-url', 'token-url="/chat-token?name=bob"', false],
    ['by a function of the page, whose policy lets it ask nobody but the chat', '', true],
  ])('talks %s under a policy without unsafe-inline', async (_, attributes, isOwn) => {
    const { server, host, script } = all
    const addresses = `${isOwn ? '' : "'self' "}${server.url} ${server.url.replace('http', 'ws')}`
    const { page, write, said, heard, hears, notes } = await all.open({
      body: `${script}<veza-chat room="general" ${attributes}></veza-chat>`,
      policy: `default-src 'none'; script-src 'self' ${server.url}; style-src 'self'; connect-src ${addresses}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`,
      script: isOwn ? `document.querySelector('veza-chat').token = async () => '${await tokenFor('bob')}'` : '',
    })
    const text = `hello ${crypto.randomUUID()}`
    await write(text)
    await said(text).waitFor()
    await hears('sent')
    await soon(async () => expect(await heard('ready')).toMatchObject([{ detail: { username: 'bob' } }]))
    expect(notes.complaints).toEqual([])
    const foreign = notes.asked.filter((url) => ![host.url, server.url, 'data:'].some((ours) => url.startsWith(ours)))
    expect(foreign).toEqual([])
    expect(await page.evaluate('Object.keys(globalThis).filter((name) => /veza|preact|react/i.test(name))')).toEqual([])
  })

  test('two people write to each other, answer in a thread and react', async () => {
    const bob = await all.open({ name: 'bob' })
    await bob.field.waitFor()
    const eve = await all.open({ name: 'eve' })

    const word = crypto.randomUUID()
    await bob.write(`**bold** ${word}`)
    await eve.said(`bold ${word}`).waitFor()
    await soon(async () => expect(await eve.said(word).locator('strong').textContent()).toBe('bold'))

    await eve.field.pressSequentially('hm')
    await bob.chat.getByText('eve is typing').waitFor()
    await eve.field.fill('')

    await eve.said(word).focus()
    await eve.page.keyboard.press('r')
    await eve.chat.locator('.vz-thread textarea').fill('a reply')
    await eve.page.keyboard.press('Enter')
    await bob.said(word).getByText('1 reply').click()
    await bob.chat.locator('.vz-thread').getByText('a reply').waitFor()
    await bob.page.keyboard.press('Escape')
    await bob.chat.locator('.vz-thread').waitFor({ state: 'detached' })

    await bob.said(word).focus()
    await bob.page.keyboard.press('e')
    await bob.chat.locator('.vz-picker').getByRole('button', { name: 'tada' }).first().click()
    await eve.said(word).getByRole('button', { name: /🎉 1/ }).waitFor()
  })

  test('keeps what one wrote before it was connected', async () => {
    const bob = await all.open({ name: 'bob' })
    let go: () => void = () => undefined
    all.host.answers(async (name) => {
      await new Promise<void>((resolve) => (go = resolve))
      return Response.json({ access_token: await tokenFor(name) })
    })
    await bob.page.reload()
    const text = `early ${crypto.randomUUID()}`
    await bob.field.fill(text)
    go()
    await bob.hears('ready')
    await soon(async () => expect(await bob.field.inputValue()).toBe(text))
    await bob.field.press('Enter')
    await bob.said(text).waitFor()
  })
})
