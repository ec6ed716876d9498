import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { tokenFor } from './host-page.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'
import { soon } from '../services/eventually.ts'

setDefaultTimeout(60_000)

describe.skipIf(hasNoBrowser)('the tokens of the widget', () => {
  let all: Widgets

  beforeAll(async () => {
    all = await startWidgets()
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  const gone = 'This page could not sign you in to the chat. What you write is kept.'

  test.each([
    ['fails', () => new Response('no', { status: 500 }), 'TOKEN_UNAVAILABLE', gone],
    ['answers no JSON', () => new Response('<p>sign in</p>'), 'TOKEN_UNAVAILABLE', gone],
    ['answers no token', () => Response.json({ jwt: 'x' }), 'TOKEN_UNAVAILABLE', gone],
    ['knows nobody', () => new Response('', { status: 401 }), 'SIGNED_OUT', 'You are signed out. Sign in to this page to use the chat.'], // prettier-ignore
  ])(
    'a backend that %s is told of in plain words, and asked again when one says so',
    async (_, answer, code, words) => {
      const { chat, page, heard, hears, write, said } = await all.open({ body: '' })
      all.host.show({ body: `${all.script}<veza-chat room="general" token-url="/chat-token?name=bob"></veza-chat>`, script: "globalThis.told = []; addEventListener('veza-error', ({ detail }) => told.push({ type: 'error', detail }))" }) // prettier-ignore
      all.host.answers(answer)
      await page.reload()
      const notice = chat.getByRole('alert')
      await notice.getByText(words).waitFor()
      await soon(async () => expect(await notice.getByRole('button').textContent()).toBe('Try again'))
      await soon(async () =>
        expect(await hears('error')).toMatchObject([{ detail: { code } }, ...(await heard('error')).slice(1)]),
      )
      expect(await chat.locator('.vz-connection').isVisible()).toBe(false)
      all.host.answers(null)
      // Where it asks again by itself, the button may be gone by now.
      await chat.evaluate((node) => node.shadowRoot.querySelector('[role=alert] button')?.click())
      await notice.waitFor({ state: 'detached' })
      const text = `at last ${crypto.randomUUID()}`
      await write(text)
      await said(text).waitFor()
    },
  )

  const signedOut = (attributes: string, body = '') => ({
    body: `${all.script}${body}<veza-chat id="chat" room="general" token-url="/chat-token?name=bob" ${attributes}></veza-chat>`,
    script: "globalThis.told = []; addEventListener('veza-sign-in', () => told.push('sign-in')); addEventListener('veza-error', ({ detail }) => told.push(detail.code))", // prettier-ignore
  })

  test.each([
    ['', 'locale="en"', 'You are signed out.', ['Try again']],
    ['in French, where the page can sign one in', 'locale="fr" sign-in', 'Vous n’êtes pas connecté.', ['Se connecter', 'Réessayer']], // prettier-ignore
  ])('who is signed out is told so, and sees nothing that waits %s', async (_, attributes, words, buttons) => {
    const { chat, page, notes } = await all.open({ body: '' })
    all.host.show(signedOut(attributes))
    all.host.answers(() => new Response('', { status: 401 }))
    await page.reload()
    await chat.getByRole('alert').getByText(words).waitFor()
    await soon(async () => expect(await chat.getByRole('button').allTextContents()).toEqual(buttons))
    expect(await chat.locator('.vz-skeletons, textarea, .vz-timeline').count()).toBe(0)
    expect(notes.complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  test('the page is asked to sign one in, and says when it has', async () => {
    const { chat, page, write, said } = await all.open({ body: '' })
    all.host.show(signedOut('sign-in'))
    all.host.answers(() => new Response('', { status: 401 }))
    await page.reload()
    await chat.getByRole('button', { name: 'Sign in' }).click()
    await soon(async () => expect(await page.evaluate<string[]>('told')).toEqual(['SIGNED_OUT', 'sign-in']))
    all.host.answers(null)
    await page.evaluate("document.querySelector('#chat').connect()")
    const text = `signed in ${crypto.randomUUID()}`
    await write(text)
    await said(text).waitFor()
    expect(await chat.getByRole('alert').count()).toBe(0)
  })

  test('the page says so while a token is being asked for: what was asked before is no answer', async () => {
    const { chat, page } = await all.open({ body: '' })
    all.host.show(signedOut(''))
    const asked = Promise.withResolvers<void>()
    const answers = Promise.withResolvers<void>()
    all.host.answers(async () => {
      asked.resolve()
      await answers.promise
      return new Response('', { status: 401 })
    })
    await page.reload()
    await asked.promise
    all.host.answers(null)
    await page.evaluate("document.querySelector('#chat').connect()")
    answers.resolve()
    await chat.locator('textarea').waitFor()
    expect(await page.evaluate<string[]>('told')).toEqual([])
  })

  test('who was signed out a moment before the token expires is here again as soon as the page says so', async () => {
    const { chat, page, sockets } = await all.open({ body: '' })
    all.host.show(signedOut(''))
    all.host.answers(async (name) =>
      all.host.asked() === 1
        ? Response.json({ token: await tokenFor(name, '62s') })
        : new Response('', { status: 401 }),
    )
    await page.reload()
    await chat.locator('textarea').focus()
    await chat.getByRole('alert').getByText('You are signed out.').waitFor({ timeout: 20_000 })
    const focused = () => page.evaluate<string>("document.querySelector('#chat').shadowRoot.activeElement?.tagName")
    await soon(async () => expect(await focused()).toBe('BUTTON'))
    // By itself it asks again every five seconds, as long as the connection is good.
    await page.waitForResponse((response) => response.url().includes('/chat-token'))
    all.host.answers(null)
    await page.evaluate("document.querySelector('#chat').connect()")
    await chat.locator('textarea').waitFor({ timeout: 3000 })
    await soon(async () => expect([sockets.length, await focused()]).toEqual([1, 'TEXTAREA']))
  })

  test('a token that is about to expire is asked for again, on the same connection', async () => {
    const { page, sockets, hears, write, said, notes } = await all.open({ body: '' })
    all.host.show({ body: `${all.script}<veza-chat room="general" token-url="/chat-token?name=bob"></veza-chat>`, script: "globalThis.told = []; addEventListener('veza-ready', ({ detail }) => told.push({ type: 'ready', detail }))" }) // prettier-ignore
    // The server says so a minute before, and the first one has little more.
    all.host.answers(async (name) => {
      const life = all.host.asked() === 1 ? '62s' : '15m'
      return Response.json({ token: await tokenFor(name, life) })
    })
    await page.reload()
    await hears('ready')
    await page.waitForResponse((response) => response.url().includes('/chat-token'), { timeout: 20_000 })
    const text = `still here ${crypto.randomUUID()}`
    await write(text)
    await said(text).waitFor()
    expect([sockets.length, all.host.asked()]).toEqual([1, 2])
    expect(notes.complaints).toEqual([])
  })
})
