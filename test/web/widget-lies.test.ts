// What no honest server would say, in each field of the widget that holds a text of the server's: names, reactions, rooms, refusals.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { isUnharmed } from './harm.ts'
import { mark, payloads } from './payloads.ts'
import { type Relay, startRelay, type Told } from './relay.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(120_000)

const people = payloads.map((payload, at) => ({ user_id: 5000 + at, username: payload }))
/** Ten at a time are offered by what they begin with. */
const beginning = (at: number): string => `b${Math.floor(at / 8)}x`

/** All messages are shown at once. */
const tall = { width: 1000, height: 13_000 }
const usual = { width: 1000, height: 720 }

/** A message that says `number 7` is by the seventh, who reacted to it with themselves. */
function numbered(told: Told): Told {
  const at = /^number (\d+)$/.exec(String(told['content']))?.[1]
  const who = people[Number(at)]
  if (at === undefined || who === undefined) return told
  const { user_id: author_id, username } = who
  return { ...told, author_id, username, reactions: [{ emoji: username, count: 1, users: [who] }] }
}

describe.skipIf(hasNoBrowser)('what a server says that lies, in the widget', () => {
  let all: Widgets
  let relay: Relay
  let mallory: Account
  let bob: Awaited<ReturnType<Widgets['open']>>
  let room: number

  beforeAll(async () => {
    all = await startWidgets()
    relay = startRelay(all.server)
    mallory = await all.server.register('mallory')
    room = await all.server.room(mallory)
    bob = await open(`room="${room}"`)
    await bob.hears('ready')
    await bob.chat.locator('.vz-empty').waitFor()
  })
  afterAll(async () => {
    await relay.close()
    await all.close()
  })

  async function open(attributes: string) {
    const addresses = `'self' ${relay.url} ${relay.wsUrl}`
    const policy = `default-src 'none'; script-src 'self' ${all.server.url}; style-src 'self'; connect-src ${addresses}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`
    const styles = '#box { height: 96vh }'
    const visit = await all.open({ name: 'bob', script: mark, attributes: `server="${relay.url}" ${attributes}`, policy, styles }, { viewport: tall }) // prettier-ignore
    await visit.field.waitFor()
    return visit
  }
  const press = (selector: string) =>
    eventually(selector, () =>
      bob.chat.evaluate((chat, selector) => {
        const found = chat.shadowRoot.querySelector(selector)
        found?.click()
        return found !== null
      }, selector),
    )
  const says = (selector: string) =>
    bob.chat.evaluate((chat, selector) => chat.shadowRoot.querySelector(selector)?.textContent, selector)
  const shows = (selector: string, text: string) => eventually(text, async () => (await says(selector)) === text)

  test('is a text as the name of an author, as a reaction, and as the name of who reacted', async () => {
    relay.lies(numbered)
    await Promise.all(payloads.map((_, at) => all.says(mallory, `number ${at}`, room)))
    const rows = await eventually('all messages', async () => {
      const found: { said: string; name: string; label: string; reaction: string; emoji: string; title: string }[] = await bob.chat.evaluate((chat) =>
        [...chat.shadowRoot.querySelectorAll('.vz-row')].map((row) => ({
          said: row.querySelector('.vz-markdown').textContent,
          name: row.querySelector('.vz-name').textContent,
          label: row.querySelector('article').getAttribute('aria-label'),
          reaction: row.querySelector('.vz-reaction').getAttribute('aria-label'),
          title: row.querySelector('.vz-reaction').title,
          emoji: row.querySelector('.vz-reaction span').textContent,
        })),
      ) // prettier-ignore
      return found.length === payloads.length && found
    })
    for (const { said, name, label, reaction, title, emoji } of rows) {
      const payload = payloads[Number(said.slice('number '.length))] ?? ''
      expect([name, emoji, reaction, title]).toEqual([payload, payload, `${payload} 1: ${payload}`, `${payload} 1: ${payload}`]) // prettier-ignore
      expect(label).toStartWith(`${payload}, `)
    }
    await isUnharmed(bob)
    await bob.page.setViewportSize(usual)
  })

  test('is a text as the name of who types', async () => {
    for (const { user_id, username } of people) {
      const tell = (type: string, user_id: number) => relay.say(JSON.stringify({ type, data: { room_id: room, user_id, username } })) // prettier-ignore
      tell('typing_stop', user_id - 1)
      tell('typing_start', user_id)
      await shows('.vz-typing', `${username} is typing`)
    }
    await isUnharmed(bob)
  })

  test('is a text among the names that are completed: of people, and of rooms', async () => {
    relay.lies((told) => {
      const { members, memberships } = told
      if (Array.isArray(members)) return { ...told, members: people.map((who, at) => ({ ...who, display_name: `${beginning(at)} ${who.username}`, role: 'member', is_online: true })) } // prettier-ignore
      if (Array.isArray(memberships)) return { ...told, memberships: [...(memberships as Told[]), ...payloads.map((name, at) => ({ ...memberships[0], room_id: 5000 + at, name, slug: `${beginning(at)} ${name}` }))] } // prettier-ignore
      return told
    })
    await bob.page.reload()
    await bob.hears('ready')
    await bob.field.waitFor()
    for (const [sign, label] of [
      ['@', (payload: string, at: number) => [`@${payload}`, `${beginning(at)} ${payload}`]],
      ['#', (payload: string, at: number) => [`#${beginning(at)} ${payload}`, payload]],
    ] as const)
      for (let from = 0; from < payloads.length; from += 8) {
        const wanted = payloads.slice(from, from + 8).map((payload, at) => label(payload, from + at))
        const isOffered = async () => {
          const shown: string[][] = await bob.chat.evaluate((chat) =>
            [...chat.shadowRoot.querySelectorAll('[role=option]')].map((option) =>
              [...option.querySelectorAll('span')].map((part) => part.textContent),
            ),
          )
          return (
            shown.length === wanted.length && Bun.deepEquals(new Set(shown.map(String)), new Set(wanted.map(String)))
          )
        }
        await eventually(`${sign} ${from}`, async () => {
          // What is known later is not offered to who has typed already.
          await bob.field.fill('')
          await bob.field.fill(`${sign}${beginning(from)}`)
          return eventually('what is offered', isOffered, 1000).catch(() => false as const)
        })
        await isUnharmed(bob)
      }
    await bob.field.fill('')
  })

  test('is a text as the name of a conversation, above its thread too', async () => {
    relay.lies(null)
    await all.says(mallory, 'what is answered', room).then(({ id }) => all.server.ask(`POST /rooms/${room}/messages`, { content: 'a reply', parent_id: id }, mallory.token)) // prettier-ignore
    await bob.page.reload()
    await bob.chat.locator('.vz-thread-link').first().click()
    await bob.chat.locator('.vz-thread').waitFor()
    for (const payload of payloads) {
      relay.lies((told) => (told['name'] === undefined ? told : { ...told, name: payload }))
      await all.server.ask(`PUT /rooms/${room}`, { topic: crypto.randomUUID() }, mallory.token)
      await shows('.vz-thread > header .vz-quiet', `#${payload}`)
      await soon(async () => expect(await bob.field.getAttribute('placeholder')).toBe(`Message #${payload}`))
    }
    await isUnharmed(bob)
  })

  test('is a text as why something was refused: a message, and a reaction', async () => {
    relay.lies(numbered)
    await bob.page.reload()
    await bob.chat.locator('.vz-reaction').first().waitFor()
    const me = (await bob.hears('ready')) as unknown as { detail: { user_id: number } }[]
    const muted = await all.server.ask(`PUT /rooms/${room}/members/${me[0]?.detail.user_id}`, { muted_until: new Date(Date.now() + 3_600_000).toISOString() }, mallory.token) // prettier-ignore
    expect(muted.status).toBe(200)
    let message = ''
    relay.lies((told) => (typeof told['code'] === 'string' ? { ...told, message } : told))
    for (const payload of payloads) {
      message = payload
      await press('.vz-reaction')
      await shows('.vz-problem > span', payload)
    }
    await isUnharmed(bob)
    for (const payload of payloads) {
      message = payload
      const { length } = await bob.heard('error')
      await bob.write('mine')
      await soon(async () =>
        expect((await bob.hears('error', length + 1)).at(-1)?.detail as unknown).toMatchObject({ message: payload }),
      )
    }
    await bob.page.setViewportSize(tall)
    const failed = payloads.map((payload) => `Not sent: ${payload} Your message is kept.`)
    const shown = () => bob.chat.locator('.vz-failed > span').allTextContents()
    await eventually('all that was not sent', async () => Bun.deepEquals(await shown(), failed))
    await bob.page.setViewportSize(usual)
    await isUnharmed(bob)
  })

  test('is a text as why the connection ended, and as one’s own name', async () => {
    const comesBackAs = async (username: string) => {
      relay.lies((told) => ('heartbeat_interval' in told ? { ...told, username } : told))
      await press('.vz-connection button')
      // Of what was not sent, the reader is the author.
      const own = () => bob.chat.evaluate((chat) => chat.shadowRoot.querySelector('article:has(.vz-failed) .vz-name')?.textContent) // prettier-ignore
      await eventually(username, async () => (await own()) === username)
    }
    relay.lies(null)
    await bob.context.close()
    // Muted, as before.
    bob = await open(`room="${room}"`)
    await bob.page.setViewportSize(usual)
    await bob.write('mine')
    await bob.chat.locator('.vz-failed').waitFor()
    // What was refused would be told as the reason.
    relay.hangUp(4409, '')
    await comesBackAs('robert')
    for (const payload of payloads) {
      relay.hangUp(4409, payload)
      await shows('.vz-connection > span + span', `The connection has ended. ${payload}`)
      await comesBackAs(payload)
    }
    await isUnharmed(bob)
  })

  test('is told to the page, and not shown, as why a room cannot be read', async () => {
    relay.lies((told) => ('heartbeat_interval' in told ? { ...told, username: 'bob' } : told))
    await bob.chat.evaluate((chat) => chat.setAttribute('room', 'nowhere'))
    await bob.chat.getByRole('alert').getByText('There is no such room').waitFor()
    for (const payload of payloads) {
      relay.lies((told) => (typeof told['code'] === 'string' ? { ...told, code: payload, message: payload } : told))
      const wanted: unknown = { code: payload, message: payload }
      const isTold = async () => (await bob.heard('error')).some(({ detail }) => Bun.deepEquals(detail, wanted))
      await eventually(payload, async () => {
        // What was asked for before, and is on its way, is not asked for again.
        await press('[role=alert] button, .vz-empty button')
        return eventually('what is told', isTold, 1000).catch(() => false as const)
      })
      await bob.chat.getByText('The messages could not be loaded.').first().waitFor()
    }
    await isUnharmed(bob)
  })
})
