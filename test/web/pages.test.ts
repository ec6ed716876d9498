import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { app_addresses } from '../../src/web/addresses.ts'
import { findBrowser, openBrowser } from '../services/browser.ts'
import { eventually } from '../services/eventually.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { coded, loadedBy, watch } from './served-pages.ts'

setDefaultTimeout(60_000)
let server: TestServer
let html: string

beforeAll(async () => {
  server = await startServer()
  html = await (await fetch(server.url)).text()
})
afterAll(() => server.close())

describe('the app', () => {
  test.each(app_addresses)('is at %s', async (address) => {
    const path = address.replaceAll(/:\w+/g, 'x-1')
    const page = await fetch(`${server.url}${path}`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect([page.headers.get('cache-control'), page.headers.get('x-frame-options')]).toEqual(['no-cache', 'DENY'])
    expect(await page.text()).toBe(html)
  })

  test.each([
    '/x',
    '/c',
    '/c/1/2/3',
    '/settings/a/b',
    '/join',
    '/api/v1/x',
    '/api',
    '/app.html',
    '/assets',
    '/assets/x.js',
  ])('is not at %s', async (path) => {
    const answer = await fetch(`${server.url}${path}`)
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
  })

  test('has no file beside its own, however one asks', async () => {
    for (const path of [
      '..%2fapp.html',
      '%2e%2e%2fwidget.js',
      'app.html',
      '..%5capp.html',
      'widget.js@br',
      'main.js@zstd',
    ])
      expect([path, (await fetch(`${server.url}/assets/${path}`)).status]).toEqual([path, 404])
  })

  test('takes no other method', async () => {
    const answer = await fetch(server.url, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test('has a policy without exceptions, and nothing within the page', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? ''
    expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:|wss?:/)
    expect(html).not.toMatch(/<script>|<style|style=|https?:|\son\w+=/)
  })

  test('asks whether the page is new, and is told when it is not', async () => {
    const page = await fetch(server.url)
    const again = await fetch(server.url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect(again.headers.get('content-security-policy')).toBe(page.headers.get('content-security-policy'))
  })
})

describe('the files of pages', () => {
  test('are kept for ever under a name of their content, and sent compressed', async () => {
    const paths = loadedBy(html)
    expect(paths.map((path) => path.replace(/^.*\./, '')).toSorted()).toEqual(
      expect.arrayContaining(['css', 'js', 'svg', 'txt', 'webmanifest']) as never,
    )
    for (const path of paths) {
      expect(path).toMatch(/^\/assets\/[\w-]+\.[\w-]{8,12}\.(css|js|svg|txt|webmanifest)$/)
      const plain = await coded(`${server.url}${path}`, 'identity')
      expect([plain.response.status, plain.coding]).toEqual([200, null])
      expect(plain.response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const zipped = await coded(`${server.url}${path}`, 'gzip')
      expect([zipped.coding, Buffer.compare(Bun.gunzipSync(zipped.bytes), plain.bytes)]).toEqual(['gzip', 0])
      const zstd = await coded(`${server.url}${path}`, 'gzip, br, zstd')
      expect([zstd.coding, Buffer.compare(Bun.zstdDecompressSync(zstd.bytes), plain.bytes)]).toEqual(['zstd', 0])
      const head = await fetch(`${server.url}${path}`, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
      expect(head.headers.get('content-length')).toBe(String(plain.bytes.length))
    }
  })

  test('say whose work is in them', async () => {
    const licences = await (await fetch(`${server.url}${loadedBy(html).find((path) => path.endsWith('.txt'))}`)).text()
    expect(licences).toStartWith('preact\n')
    expect(licences).toContain('MIT License')
  })

  test('make the app one that can be installed', async () => {
    const path = loadedBy(html).find((path) => path.endsWith('.webmanifest'))
    const answer = await fetch(`${server.url}${path}`)
    expect(answer.headers.get('content-type')).toBe('application/manifest+json')
    const { start_url, icons } = (await answer.json()) as { start_url: string; icons: { src: string }[] }
    expect(start_url).toBe('/')
    const icon = await fetch(`${server.url}${icons[0]?.src}`)
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  })
})

describe('the widget', () => {
  test('is one script that every page may load, and asks for again soon', async () => {
    const script = await fetch(`${server.url}/widget.js`)
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(script.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400')
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(script.headers.get('access-control-allow-origin')).toBe('*')
    const again = await fetch(`${server.url}/widget.js`, {
      headers: { 'if-none-match': script.headers.get('etag') ?? '' },
    })
    expect([again.status, again.headers.get('access-control-allow-origin')]).toEqual([304, '*'])
  })

  test('has Preact in place of React', async () => {
    const { bytes } = await coded(`${server.url}/widget.js`, 'gzip')
    expect(Bun.gunzipSync(bytes).length).toBeLessThan(200_000)
  })
})

test('what is switched off is not there', async () => {
  const off = await startServer({ features: { web_app: false, playground: false, widget: false } })
  try {
    const answers = ['/', '/c/general', '/playground', '/widget.js', ...loadedBy(html)].map(async (path) => {
      const { status } = await fetch(`${off.url}${path}`)
      return [path, status]
    })
    for (const [path, status] of await Promise.all(answers)) expect([path, status]).toEqual([path, 404])
    expect((await fetch(`${off.url}/docs`)).status).toBe(200)
  } finally {
    await off.close()
  }
})

test.each([
  ['development', undefined, 200],
  ['production', undefined, 404],
  ['production', true, 200],
] as const)(
  'the playground in %s, with features.playground = %p, answers %p',
  async (environment, playground, status) => {
    const own = await startServer({
      server: { environment },
      ...(playground !== undefined && { features: { playground } }),
    })
    try {
      expect([(await fetch(`${own.url}/playground`)).status, (await fetch(own.url)).status]).toEqual([status, 200])
    } finally {
      await own.close()
    }
  },
)

const found = await findBrowser()
if ('missing' in found) console.warn(`The pages are not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found)('in Chromium', () => {
  let browser: Browser
  let page: Page
  let notes: Awaited<ReturnType<typeof watch>>

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    page = await browser.newPage()
    notes = await watch(page)
  })
  afterAll(() => browser.close())

  test.each(['/', '/c/general', '/playground'])(
    '%s shows itself, needs nobody else, and nothing is complained of',
    async (path) => {
      notes.asked.length = 0
      await page.goto(`${server.url}${path}`)
      await page.waitForSelector('#app > *')
      expect(notes.complaints).toEqual([])
      expect(notes.asked.length).toBeGreaterThan(2)
      const foreign = (url: string) => !url.startsWith(server.url) && !/^(data|blob):/.test(url)
      expect(notes.asked.filter(foreign)).toEqual([])
    },
  )

  test('the policy lets a page reach its own WebSocket, and neither another host nor markup from text', async () => {
    await page.goto(server.url)
    const [own, other, markup] = await page.evaluate<string[]>(`(async () => {
      const socket = (url) => new Promise((done) => {
        const socket = new WebSocket(url)
        socket.onopen = () => done('open')
        socket.onerror = () => done('refused')
      })
      const markup = () => { document.createElement('p').innerHTML = '<img>'; return 'taken' }
      const fetched = await fetch('http://localhost:9/').catch(() => 'refused')
      const told = await Promise.resolve().then(markup).catch((error) => error.name)
      return [await socket(location.origin.replace('http', 'ws') + '/ws'), fetched, told]
    })()`)
    expect([own, other, markup]).toEqual(['open', 'refused', 'TypeError'])
    expect(notes.complaints.filter((text) => text.startsWith('policy')).map((text) => text.split(' ')[1])).toEqual(['connect-src', 'require-trusted-types-for']) // prettier-ignore
    notes.complaints.length = 0
  })

  test.each([' type="module"', ' type="module" crossorigin="anonymous"'])(
    'a page of another origin, with a policy of its own, loads the widget by <script%s>',
    async (attributes) => {
      const policy = `default-src 'none'; img-src data:; script-src ${server.url}; require-trusted-types-for 'script'`
      const host = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: () =>
          new Response(
            `<!doctype html><title>Host</title><link rel="icon" href="data:,"><script src="${server.url}/widget.js"${attributes}></script><veza-chat></veza-chat>`,
            { headers: { 'content-type': 'text/html', 'content-security-policy': policy } },
          ),
      })
      try {
        await page.goto(`http://localhost:${host.port}`)
        const shows = "document.querySelector('veza-chat').shadowRoot?.firstElementChild instanceof Element"
        await eventually('the widget', () => page.evaluate<boolean>(shows))
        expect(notes.complaints).toEqual([])
      } finally {
        await host.stop(true)
      }
    },
  )
})
