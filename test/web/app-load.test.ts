import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { app_addresses } from '../../src/web/addresses.ts'
import { soon } from '../services/eventually.ts'
import { type App, has_browser, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)
const most_bytes = 200_000

describe.skipIf(!has_browser)('the app, on the way to the browser', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  const sizeOf = async (path: string) => {
    const answer = await fetch(app.server.url + path, { headers: { 'accept-encoding': 'gzip' }, decompress: false } as RequestInit) // prettier-ignore
    return (await answer.bytes()).length
  }

  test('loads at most 200 KB, compressed, and nothing of another host', async () => {
    const { page, complaints } = await app.visit()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(request.url()))
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const others = [...asked].filter((url) => !url.startsWith(app.server.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    const paths = [...asked].map((url) => new URL(url).pathname)
    const sizes = await Promise.all(paths.map(sizeOf))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    console.log(`The first load of the app: ${paths.length} files, ${(total / 1000).toFixed(1)} KB compressed.`)
    expect(paths.length).toBeGreaterThan(2)
    expect(total).toBeLessThan(most_bytes)
    expect(complaints).toEqual([])
  })

  test.each(app_addresses.map((address) => address.replace(/:\w+/g, '7')))('opens at %s', async (path) => {
    const { page, complaints, close } = await app.visit(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await soon(async () => expect(await page.title()).toEndWith('Veza Chat'))
    expect(complaints).toEqual([])
    await close()
  })
})
