import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { payloads } from './payloads.ts'
import { open, serve, type Opened, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`Hostile texts are not shown in a browser: ${found.missing}.`)

/** What a hostile text must never become. */
const dangerous = `(() => {
  const allowed = ['http:', 'https:', 'mailto:']
  const all = [...document.querySelectorAll('#root *')]
  return all.flatMap((element) => [
    ...(/^(script|iframe|object|embed|base|meta|link|style|form|input|select|video|audio|img|math|marquee|template|details)$/i.test(element.localName) ? [element.outerHTML] : []),
    ...element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'srcdoc' || name === 'formaction').map((name) => name + ' on ' + element.outerHTML),
    ...['href', 'src', 'action', 'xlink:href'].filter((name) => element.hasAttribute(name) && !allowed.includes(new URL(element.getAttribute(name), 'about:blank').protocol)).map(() => element.outerHTML),
    ...(element.localName === 'a' && element.rel !== 'noopener noreferrer nofollow' ? [element.outerHTML] : []),
  ])
})()`

describe.skipIf('missing' in found)('a hostile text in every field that is shown', () => {
  let browser: Browser
  let served: Served
  let opened: Opened

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    served = await serve({ entry: 'pages/hostile.tsx' })
    opened = await open(browser, served.url)
    await opened.page.evaluate('globalThis.hits = 0; globalThis.hit = () => { hits++ }')
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })

  const show = async (text: string) => {
    await opened.page.evaluate(`show(${JSON.stringify(text)})`)
    await opened.page.locator('#everywhere .vz-message').first().waitFor()
    await opened.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  }

  test('there are at least sixty', () => {
    expect(new Set(payloads).size).toBeGreaterThanOrEqual(60)
  })

  test.each(payloads.map((payload) => [payload]))('becomes nothing that runs or loads: %j', async (payload) => {
    await show(payload)
    expect(await opened.page.evaluate<string[]>(dangerous)).toEqual([])
    for (const link of await opened.page.locator('#root a').all()) await link.hover({ force: true })
    expect(await opened.page.evaluate<number>('hits')).toBe(0)
    expect(opened.complaints).toEqual([])
  })

  test('the test would see one: an element of HTML that has it is found', async () => {
    await opened.page.evaluate(`document.querySelector('#root').insertAdjacentHTML('beforeend', '<img src="javascript:x" onerror="hit()">')`) // prettier-ignore
    await soon(async () => expect((await opened.page.evaluate<string[]>(dangerous)).length).toBe(3))
    await eventually('the policy complains', () => opened.complaints.length > 0)
  })
})
