// What the widget says, to who looks at it and to the page, where there is nothing to show.
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { tokenFor } from './host-page.ts'
import { hasFocus, hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

describe.skipIf(hasNoBrowser)('a chat that cannot be shown', () => {
  let all: Widgets
  let ada: Account

  beforeAll(async () => {
    all = await startWidgets()
    ada = await all.server.register('ada')
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  const room = (is_public = true) => all.server.room(ada, { name: `Room ${crypto.randomUUID()}`, is_public })
  const idOf = async (name: string): Promise<number> => {
    const { data } = await all.server.ask('GET /users/me', undefined, await tokenFor(name))
    return (data as { id: number }).id
  }

  const nowhere = 'There is no such room, or it is not open to you.'

  test.each([
    ['a room that does not exist', async () => 'room="nowhere"', 'ROOM_NOT_FOUND', nowhere, 'There is no such room.'], // prettier-ignore
    ['a room of others, in French', async () => `room="${await room(false)}" locale="fr"`, 'ROOM_NOT_FOUND', 'Ce salon n’existe pas, ou ne vous est pas ouvert.', 'Ce salon n’existe pas.'], // prettier-ignore
    ['a conversation of others', async () => 'conversation="4711"', 'CONVERSATION_NOT_FOUND', 'There is no such conversation.', 'There is no such conversation.'], // prettier-ignore
  ])('%s is said to be so, and the page hears of it once', async (_, attributes, code, words, message) => {
    const { chat, hears, heard } = await all.open({ attributes: await attributes() })
    await chat.getByRole('alert').getByText(words).waitFor()
    expect(await chat.locator('textarea, .vz-skeletons').count()).toBe(0)
    await soon(async () =>
      expect((await hears('error')).map(({ detail }) => detail)).toEqual([{ code, message }] as never[]),
    )
    await chat.getByRole('button').click()
    await hears('error', 2)
    await chat.getByRole('alert').getByText(words).waitFor()
    await soon(async () => expect(await heard('error')).toHaveLength(2))
  })

  test.each(['slug', 'number'])(
    'a message that is refused is told to the page where the room goes by its %s',
    async (by) => {
      const slug = `room-${crypto.randomUUID()}`
      const id = await all.server.room(ada, { slug })
      const name = `muted-by-${by}`
      const { hears, said, write } = await all.open({ name, attributes: `room="${by === 'slug' ? slug : id}"` })
      await hears('ready')
      await write('Heard')
      await hears('sent')
      const muted_until = new Date(Date.now() + 3_600_000).toISOString()
      await all.server.ask(`PUT /rooms/${id}/members/${await idOf(name)}`, { muted_until }, ada.token)
      await write('Not heard')
      await said('Not heard').locator('.vz-failed').waitFor()
      await soon(async () => expect((await hears('error')).map(({ detail }) => detail)).toMatchObject([{ code: 'USER_MUTED' }])) // prettier-ignore
    },
  )

  test.each([
    ['en', 'This room was deleted.'],
    ['fr', 'Ce salon a été supprimé.'],
  ])('a room that is deleted while it is open says so: %s', async (locale, words) => {
    const id = await room()
    const { chat, field, hears } = await all.open({ attributes: `room="${id}" locale="${locale}"` })
    await hears('ready')
    await chat.locator('.vz-empty').waitFor()
    await all.server.ask(`DELETE /rooms/${id}`, undefined, ada.token)
    await chat.getByRole('alert').getByText(words).waitFor()
    expect(await field.count()).toBe(0)
    await soon(async () =>
      expect((await hears('error')).map(({ detail }) => detail)).toEqual([
        { code: 'ROOM_DELETED', message: 'This room was deleted.' },
      ] as never[]),
    )
  })

  test('who is put out of a room is told so, and is in it again when they try', async () => {
    const id = await room()
    const { chat, field, hears, page, said } = await all.open({ name: 'bob', attributes: `room="${id}"` })
    await hears('ready')
    await chat.locator('.vz-empty').waitFor()
    await field.focus()
    await all.server.ask(`DELETE /rooms/${id}/members/${await idOf('bob')}`, undefined, ada.token)
    const notice = chat.getByRole('alert')
    await notice.getByText('You are not a member of this room.').waitFor()
    await soon(async () =>
      expect((await hears('error')).map(({ detail }) => detail)).toEqual([
        { code: 'PERMISSION_DENIED', message: 'You are not a member of this room.' },
      ] as never[]),
    )
    const again = notice.getByRole('button', { name: 'Try again' })
    await soon(async () => expect(await hasFocus(again)).toBe(true))
    await page.keyboard.press('Enter')
    await field.waitFor()
    await soon(async () => expect(await hasFocus(field)).toBe(true))
    const text = `back ${crypto.randomUUID()}`
    await all.says(ada, text, id)
    await said(text).waitFor()
    await hears('message')
  })

  test.each([
    ['an empty room', 'room="" token-url="/chat-token?name=bob"', 'NO_ROOM', 'This chat has no room yet'],
    ['a conversation that is no number', 'conversation="ada" token-url="/chat-token?name=bob" lang="fr"', 'NO_ROOM', 'Cette discussion n’a pas encore de salon'], // prettier-ignore
    ['no source of tokens', 'room="general"', 'NO_TOKEN_SOURCE', 'This chat knows no user yet'],
  ])('with %s the page is told what is missing', async (_, attributes, code, words) => {
    const { chat, page, hears, heard } = await all.open({
      body: `<div id="box"></div><template><veza-chat ${attributes}></veza-chat></template>`,
      script: `const script = Object.assign(document.createElement('script'), { type: 'module', src: '${all.server.url}/widget.js' })
        script.onload = () => document.querySelector('#box').append(document.querySelector('template').content)
        document.head.append(script)`,
    })
    await chat.getByText(words).waitFor()
    await soon(async () => expect(await hears('error')).toMatchObject([{ detail: { code } }]))
    await page.evaluate("document.querySelector('veza-chat').setAttribute('placeholder', 'Hello')")
    await page.evaluate("Object.assign(document.querySelector('veza-chat'), { room: 'general', tokenUrl: '/chat-token?name=bob' })") // prettier-ignore
    await hears('ready')
    await soon(async () => expect(await heard('error')).toHaveLength(1))
  })

  test('what the page sets in the turn in which it makes the element is not missing', async () => {
    const { hears, heard } = await all.open({
      body: `${all.script}<div id="box"></div>`,
      script: `customElements.whenDefined('veza-chat').then(() => {
        const chat = document.createElement('veza-chat')
        document.querySelector('#box').append(chat)
        Object.assign(chat, { room: 'general', tokenUrl: '/chat-token?name=bob' })
      })`,
    })
    await hears('ready')
    expect(await heard('error')).toEqual([])
  })

  test.each([
    ['en', 'This account is banned.'],
    ['fr', 'Ce compte est banni.'],
  ])('who is banned from the server is told so: %s', async (locale, words) => {
    const name = `zoe-${locale}`
    const { chat, field, hears } = await all.open({ name, attributes: `room="general" locale="${locale}"` })
    await field.waitFor()
    await hears('ready')
    await all.server.sql`update users set role = 'admin' where id = ${ada.id}`
    const { token } = await all.server.login('ada')
    const answer = await all.server.ask(`PUT /admin/users/${await idOf(name)}`, { active: false }, token)
    expect(answer.error).toBeUndefined()
    await chat.locator('.vz-connection').getByText(words).first().waitFor()
    await soon(async () =>
      expect((await hears('error')).map(({ detail }) => detail)).toMatchObject([{ code: 'USER_BANNED' }]),
    )
    await eventually('the end of what loads', async () => (await chat.locator('.vz-skeletons').count()) === 0)
  })
})
