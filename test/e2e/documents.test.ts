import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'

import { clear, emptyFolder, finish, serve } from './program.ts'

setDefaultTimeout(120_000)
const place = emptyFolder()
afterAll(() => clear(place))

test('the reader and its files are in the executable, and so are the documents, with a server or without one', async () => {
  for (const name of ['openapi', 'asyncapi']) {
    const printed = await finish(place, [name])
    expect([printed.code, printed.err, JSON.parse(printed.out)[name] as string]).toEqual([0, '', name === 'openapi' ? '3.1.1' : '3.0.0']) // prettier-ignore
  }
  // Nothing was started, made or kept for it.
  expect(readdirSync(place)).toEqual([])

  const server = await serve(place)
  const page = await fetch(`${server.url}/docs`)
  const files = [...(await page.text()).matchAll(/"(\/docs\/[^"]+)"/g)].map(([, path = '']) => path)
  expect([page.status, files.length]).toEqual([200, 4])
  for (const path of files) {
    const file = await fetch(`${server.url}${path}`)
    const length = (await file.bytes()).length
    expect([path, file.status, length > 300]).toEqual([path, 200, true])
  }
  const served = await (await fetch(`${server.url}/openapi.json`)).text()
  expect(JSON.parse(served)).toEqual(JSON.parse((await finish(place, ['openapi'])).out))
  server.kill('SIGTERM')
  expect(await server.exited).toBe(0)
})
