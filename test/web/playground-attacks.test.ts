// Each payload in each field of the playground, and in whatever a server, another person or an address puts there.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { type Command, commandsOf, type Document } from '../../src/web/pages/playground/document.ts'
import type { Draft } from '../../src/web/pages/playground/draft.ts'
import type { Field } from '../../src/web/pages/playground/field.ts'
import type { RestDocument } from '../../src/web/pages/playground/rest-twins.ts'
import { languages, snippet } from '../../src/web/pages/playground/snippets.ts'
import { findBrowser, openBrowser } from '../services/browser.ts'
import { eventually, soon } from '../services/eventually.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { isUnharmed } from './harm.ts'
import { mark, payloads } from './payloads.ts'
import { type Relay, startRelay } from './relay.ts'
import { watch } from './served-pages.ts'

setDefaultTimeout(120_000)
const found = await findBrowser()

/** The payload in every field of a form. */
function filled(field: Field, payload: string): Draft {
  if (field.kind === 'list') return [filled(field.item, payload)]
  if (field.kind !== 'object') return payload
  const own = Object.fromEntries(field.fields.map((each) => [each.name, filled(each.field, payload)]))
  return field.is_open ? { ...own, '*': payload } : own
}

const addressOf = (given: Record<string, string>): string => `#${new URLSearchParams(given).toString()}`

/** In the page: goes to each of these addresses, and tells what the inputs then hold, and what the code is in each language. */
const visited = `async (fragments, languages) => {
  const until = async (holds) => {
    for (let tries = 0; tries < 20000 && !holds(); tries++) await scheduler.postTask(() => undefined)
    if (!holds()) throw new Error('not within 20,000 turns: ' + location.hash)
  }
  const all = []
  for (const { hash, is } of fragments) {
    location.hash = hash
    const inputs = () => [...document.querySelectorAll('form.fields input[type=text], form.fields textarea, textarea.code')].map(({ value }) => value)
    await until(() => inputs()[0] === is)
    const code = []
    for (const language of languages) {
      const buttons = [...document.querySelectorAll('.snippets .modes button')]
      buttons.find((button) => button.textContent === language).click()
      await until(() => document.querySelector('.snippets section')?.getAttribute('aria-label') === language)
      code.push(document.querySelector('.snippets pre').textContent)
    }
    all.push({ inputs: inputs(), code })
  }
  return all
}`

describe.skipIf('missing' in found)('what attackers write, in the playground', () => {
  let server: TestServer
  let relay: Relay
  let browser: Browser
  let page: Page
  let notes: Awaited<ReturnType<typeof watch>>
  let commands: Command[]
  let rest: RestDocument

  beforeAll(async () => {
    if ('missing' in found) return
    server = await startServer()
    relay = startRelay(server)
    const read = async (path: string): Promise<unknown> => (await fetch(`${server.url}${path}`)).json()
    commands = commandsOf((await read('/asyncapi.json')) as Document)
    rest = (await read('/openapi.json')) as RestDocument
    browser = await openBrowser(found)
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    notes = await watch(page)
    await page.addInitScript(mark)
    await page.goto(`${relay.url}/playground`)
    await client('A').getByRole('button', { name: 'New throw-away account' }).click()
    await client('A').getByText('Connected as try-').waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await relay.close()
    await server.close()
  })

  const client = (name: string) => page.locator(`section.client-${name}`)
  /** Chromium itself tells of a sign-in that is refused. */
  const safe = () => isUnharmed({ page, notes }, /status of 4\d\d/)
  /** As fast as a page can take it. */
  const press = (name: string) =>
    page.getByRole('button', { name, exact: true }).evaluate((button) => (button as { click(): void }).click())
  const clear = () => page.getByRole('button', { name: 'Clear' }).click()
  const shows = async (selector: string, text: string) => {
    const at = page.locator(selector).first()
    await eventually(`${selector}: ${text}`, async () => (await at.textContent()) === text)
  }
  const visit = (fragments: { hash: string; is: string }[], shown: readonly string[]) =>
    page.evaluate<{ inputs: string[]; code: string[] }[]>(`(${visited})(${JSON.stringify(fragments)}, ${JSON.stringify(shown)})`) // prettier-ignore
  const textsOf = (selector: string) => page.locator(selector).allTextContents()
  const pretty = (text: string): string => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2)
    } catch (error) {
      if (error instanceof SyntaxError) return text
      throw error
    }
  }

  test('would be noticed', async () => {
    await page.evaluate("document.querySelector('main').append(document.createElement('marquee'))")
    await expect(safe()).rejects.toThrow('<marquee>')
    await page.evaluate("document.querySelector('marquee').remove()")
    await safe()
  })

  test.each([
    ['each part of a frame', (payload: string) => JSON.stringify({ type: payload, id: payload, data: { content: payload, code: payload, username: payload, [payload]: [payload] } })],
    ['no frame at all', (payload: string) => payload],
  ])('stays a text where it comes as %s', async (_, write) => {
    await clear()
    for (const payload of payloads) relay.say(write(payload))
    const rows = page.locator('li.frame.client-A.in')
    await rows.nth(payloads.length - 1).waitFor()
    const frames = payloads.map(write)
    const types = frames.map((text, at) => (text.startsWith('{"type"') ? (payloads[at] ?? '') : '?'))
    await soon(async () => expect(await textsOf('li.frame.in strong')).toEqual(types))
    await soon(async () => expect(new Set(await textsOf('.timeline datalist option'))).toEqual(new Set(types)))
    const previews = await textsOf('li.frame.in .preview')
    for (const [at, preview] of previews.entries())
      expect(preview).toStartWith(types[at] === '?' ? (frames[at] ?? '') : JSON.stringify(payloads[at]))
    await page.evaluate("for (const summary of document.querySelectorAll('li.frame.in summary')) summary.click()")
    await rows.locator('pre').nth(payloads.length - 1).waitFor()
    await soon(async () => expect(await textsOf('li.frame.in pre')).toEqual(frames.map(pretty)))
    await safe()
    await clear()
  }) // prettier-ignore

  test('stays a text as a frame that goes out, and in the field it is written in', async () => {
    relay.deaf(true)
    await clear()
    await page.getByRole('button', { name: 'Raw frame' }).click()
    const raw = page.getByLabel('The frame, sent as it stands')
    const frames = payloads.flatMap((payload) => [payload, JSON.stringify({ type: payload, id: payload, data: payload })])
    for (const text of frames) {
      await raw.fill(text)
      await press('Send as A')
    }
    await page.locator('li.frame.out').nth(frames.length - 1).waitFor()
    await page.evaluate("for (const summary of document.querySelectorAll('li.frame.out summary')) summary.click()")
    await page.locator('li.frame.out pre').nth(frames.length - 1).waitFor()
    await soon(async () => expect(await textsOf('li.frame.out pre')).toEqual(frames.map(pretty)))
    await safe()
    await clear()
    relay.deaf(false)
    await page.getByRole('button', { name: 'Form', exact: true }).click()
  }) // prettier-ignore

  test('stays a text in every field of every command, where an address fills them in', async () => {
    let inputs = 0
    for (const { type, data } of commands) {
      if (data.kind !== 'object' || data.fields.length === 0) continue
      // A field of one line has no ends of lines.
      const lined = payloads.map((payload) => payload.replaceAll('\n', ' '))
      const seen = await visit(
        lined.map((payload, at) => ({ hash: addressOf({ command: type, fields: JSON.stringify(filled(data, payload)), at: String(at) }), is: payload })), []) // prettier-ignore
      for (const [at, one] of seen.entries()) expect([type, ...new Set(one.inputs)]).toEqual([type, lined[at] ?? ''])
      inputs += seen[0]?.inputs.length ?? 0
      await safe()
    }
    expect(inputs).toBeGreaterThan(60)
  })

  test('stays a text as a frame in an address, and in the code of each language', async () => {
    const sendings = payloads.map((payload) => ({ type: 'send_message', data: { room_id: payload, content: payload, metadata: { [payload]: [payload] } } })) // prettier-ignore
    const raws = sendings.map((sending) => JSON.stringify(sending))
    const seen = await visit(raws.map((raw) => ({ hash: addressOf({ command: 'send_message', raw }), is: raw })), languages) // prettier-ignore
    for (const [at, sending] of sendings.entries())
      expect(seen[at]?.code).toEqual(languages.map((language) => snippet(language, { origin: relay.url, rest, is_answered: true, ...sending }) ?? '')) // prettier-ignore
    await safe()
    await visit(payloads.map((payload) => ({ hash: addressOf({ command: 'ping', raw: payload }), is: payload })), []) // prettier-ignore
    await safe()
  })

  test('is nothing as the name of a command or the fields in an address', async () => {
    const hashes = payloads.flatMap((payload) => [
      addressOf({ command: payload }),
      addressOf({ command: 'join_room', fields: payload }),
      payload,
    ])
    await page.evaluate(`(async () => {
      for (const hash of ${JSON.stringify(hashes)}) {
        location.hash = hash
        await new Promise((done) => addEventListener('hashchange', done, { once: true }))
      }
    })()`)
    await soon(async () => expect(await page.getByRole('combobox', { name: 'Command' }).inputValue()).toBe('join_room'))
    await safe()
  })

  test('stays a text as an answer: its type, why it is a refusal, and what is wrong with a field', async () => {
    await page.getByRole('combobox', { name: 'Command' }).selectOption('ping')
    for (const payload of payloads) {
      relay.lies((told) => (told['type'] === 'pong' ? { ...told, type: payload } : told))
      await press('Send as A')
      await shows('output.answer', `Answered: ${payload}`)
      const data = { code: payload, message: payload, details: [{ field: payload, reason: payload }, { field: 'timestamp', reason: payload }] } // prettier-ignore
      relay.lies((told) => (told['type'] === 'pong' ? { ...told, type: 'error', data } : told))
      await press('Send as A')
      await shows('output.answer', `Refused: ${payload} (${payload})${payload}: ${payload}timestamp: ${payload}`)
      await shows('[id="field-timestamp-error"]', payload)
    }
    relay.lies(null)
    await safe()
  })

  test('stays a text as why a connection ended, as one’s own name, and as why one is not let in', async () => {
    await clear()
    for (const payload of payloads) {
      relay.hangUp(4000, payload)
      await shows('section.client-A .trouble', `Closed with 4000. ${payload}`)
      await client('A').getByRole('button', { name: 'Connect', exact: true }).click()
      await page.locator('section.client-A output.ready').waitFor()
    }
    const closed = (await textsOf('li.frame.note .preview')).filter((text) => text.startsWith('4000 '))
    expect(closed).toEqual(payloads.map((payload) => `4000 ${payload}`).slice(-closed.length))
    expect(closed.length).toBeGreaterThan(60)
    await safe()
    await clear()
    for (const payload of payloads) {
      relay.say(JSON.stringify({ type: 'auth_success', data: { username: payload } }))
      await shows('section.client-A output.status', `Connected as ${payload}`)
      relay.say(JSON.stringify({ type: 'auth_error', data: { code: payload, message: payload } }))
      await shows('section.client-A .trouble', `${payload} (${payload})`)
    }
    await safe()
  })

  test('stays a text in the fields of a client and of the timeline, and in what the server says to them', async () => {
    const b = client('B')
    let payload = ''
    relay.lies((told) => (typeof told['code'] === 'string' ? { ...told, code: payload, message: payload, details: [{ field: payload, reason: payload }] } : told)) // prettier-ignore
    for (const each of payloads) {
      payload = each.replaceAll('\n', ' ')
      for (const label of ['Name', 'Password', 'Access token or API key']) {
        await b.getByLabel(label).fill(payload)
        await soon(async () => expect(await b.getByLabel(label).inputValue()).toBe(payload))
      }
      await b.getByRole('button', { name: 'Sign in' }).click()
      await shows('section.client-B .trouble', `${payload} ${payload}: ${payload} (${payload})`)
      await page.getByLabel('Type contains').fill(payload)
    }
    relay.lies(null)
    await safe()
    for (const each of payloads) await b.getByLabel('Address').fill(each)
    await soon(async () => expect(await b.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true))
    await safe()
  })
})
