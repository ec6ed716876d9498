import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)
let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('x', async () => {
  for (const p of ['/', '/c/x', '/c/x/1', '/zz', '/playground', '/widget.js', '/assets/x.js']) {
    const r = await fetch(server.url + p)
    console.log(p, r.status, [...r.headers].map(String).join('\n  '))
  }
})
