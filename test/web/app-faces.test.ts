import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { has_browser, message } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

const threads = 60

describe.skipIf(!has_browser)('a thread in a conversation', () => {
  let app: SignedInApp
  let page: Page
  let people: Record<'ada' | 'bob' | 'eve' | 'kim', Account>
  let room: number
  beforeAll(async () => {
    app = await startSignedInApp({ limits: { max_messages_per_minute: 0 } })
    const { register } = app.server
    people = { ada: await register('ada'), bob: await register('bob'), eve: await register('eve'), kim: await register('kim') } // prettier-ignore
    room = await app.server.room(people.ada, { name: 'Tea house' })
    await app.server.room(people.ada, { name: 'Attic' })
    for (const name of ['bob', 'eve', 'kim'] as const)
      await app.server.ask(`POST /rooms/${room}/join`, undefined, people[name].token)
    page = await app.signIn(people.ada)
  })
  afterAll(async () => {
    expect(app.complaints()).toEqual([])
    await app.close()
  })

  const says = async (name: keyof typeof people, content: string, parent_id?: number) => {
    const { data } = await app.server.ask(`POST /rooms/${room}/messages`, { content, parent_id }, people[name].token)
    return (data as { id: number }).id
  }
  const link = (text: string): Locator => message(page, text).locator('.vz-thread-link')
  const faces = async (text: string) => (await link(text).locator('.vz-avatar').allTextContents()).join('')
  const has = (text: string, wanted: string) => eventually(`the faces ${wanted}`, async () => (await faces(text)) === wanted).catch(async () => { throw new Error(await link(text).innerText()) }) // prettier-ignore

  test('shows the last three who replied, also as more come', async () => {
    const first = await says('ada', 'Shall we have tea?')
    for (const name of ['kim', 'bob', 'eve', 'ada', 'eve'] as const) await says(name, 'With milk', first)
    await page.goto(`${app.server.url}/c/tea-house`)
    await has('Shall we', 'BAE')
    await says('kim', 'Without', first)
    await has('Shall we', 'AEK')
    // It is read out as ever, and its words stay where they were before the faces came.
    await soon(async () => expect(await page.getByRole('button', { name: /^6 replies/ }).count()).toBe(1))
    const words = await page.evaluate<number>(`(() => {
      const range = document.createRange()
      range.selectNode([...document.querySelector('.vz-thread-link').childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE))
      return range.getBoundingClientRect().right
    })()`)
    await soon(async () =>
      expect((await link('Shall we').locator('.vz-avatar').first().boundingBox())?.x).toBeGreaterThan(words),
    )
  })

  test('is asked for where one stays, and not where one scrolls past', async () => {
    await page.goto(`${app.server.url}/settings/profile`)
    for (let at = 0; at < threads; at++) await says('bob', 'Me too', await says('ada', `thread ${at} of many`))
    const asked: string[] = []
    page.on('request', (request) => {
      const [, id] = /\/messages\/(\d+)\/thread/.exec(request.url()) ?? []
      if (id !== undefined) asked.push(id)
    })
    await page.goto(`${app.server.url}/c/tea-house`)
    await has(`thread ${threads - 1} of many`, 'B')
    await page.locator('.vz-conversation .vz-scroller').hover()
    await eventually('the first of all', async () => {
      await page.mouse.wheel(0, -1200)
      return message(page, 'Shall we').isVisible()
    })
    await has('Shall we', 'AEK')
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.length).toBeLessThan(threads)

    // Whoever comes back finds them there.
    await page.locator('.app-list .vz-room', { hasText: 'Attic' }).click()
    await page.getByRole('heading', { level: 1, name: 'Attic' }).waitFor()
    await page.locator('.app-list .vz-room', { hasText: 'Tea house' }).click()
    await has(`thread ${threads - 1} of many`, 'B')
    // What would be asked for again would be by now.
    await says('kim', 'Me, too', Number(asked[0]))
    await eventually('what is new', async () => asked.filter((id) => id === asked[0]).length === 2)
    asked.shift()
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
  })
})
