import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'

import type { Chat } from '../../../sdks/javascript/src/index.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats } from './people.ts'

let server: TestServer
let ada: Account
/** Takes files as rest.md of the protocol says the server will. */
let shelf: Bun.Server<unknown>
const received: { path: string; token: string | null; fields: Record<string, string>; name: string; text: string }[] =
  []
let answer: () => Response | Promise<Response> = () =>
  Response.json({ success: true, data: { id: 7 } }, { status: 201 })

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  shelf = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const form = await request.formData()
      const file = form.get('file') as unknown as File
      const fields = Object.fromEntries([...form].filter(([name]) => name !== 'file')) as Record<string, string>
      received.push({ path: `${request.method} ${new URL(request.url).pathname}`, token: request.headers.get('authorization'), fields, name: file.name, text: await file.text() }) // prettier-ignore
      return answer()
    },
  })
})
afterEach(closeChats)
afterAll(async () => {
  await shelf.stop(true)
  await server.close()
})

const there = () => chatOf({ url: `http://127.0.0.1:${shelf.port}` }, 'the token')
const file = () => new Blob(['hello'], { type: 'text/plain' })

test('this version of the server has no files, and says so', async () => {
  await expect(chatOf(server, ada.token).upload(file(), {})).rejects.toMatchObject({ code: 'FEATURE_DISABLED' })
})

describe('an upload', () => {
  test.each([
    [
      'of a room',
      { ref: { room_id: 3 }, name: 'tea.txt', description: 'green' },
      { room_id: '3', description: 'green' },
    ],
    ['of a DM', { ref: { conversation_id: 4 }, name: 'tea.txt' }, { conversation_id: '4' }],
    ['of nothing in particular', { name: 'tea.txt' }, {}],
  ])('%s is multipart, with the fields beside the file', async (_, options, fields) => {
    const told: number[] = []
    expect(await there().upload(file(), { ...options, onProgress: (done, of) => told.push(done, of) })).toEqual({
      id: 7,
    })
    expect(received.at(-1)).toEqual({ path: 'POST /api/v1/files/upload', token: 'Bearer the token', fields, name: 'tea.txt', text: 'hello' }) // prettier-ignore
    expect(told).toEqual([5, 5])
  })

  test('can be cancelled before and while it goes', async () => {
    const early = AbortSignal.abort()
    await expect(there().upload(file(), { signal: early })).rejects.toMatchObject({ code: 'CANCELLED' })
    const late = new AbortController()
    const before = answer
    answer = () => {
      late.abort()
      return new Promise<Response>(() => undefined)
    }
    await expect(there().upload(file(), { signal: late.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    answer = before
  })

  test.each([
    ['a refusal', () => Response.json({ success: false, error: { code: 'PAYLOAD_TOO_LARGE', message: 'Too large.' } }, { status: 413 }), 'PAYLOAD_TOO_LARGE'], // prettier-ignore
    ['a proxy that is no server of ours', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 'SERVICE_UNAVAILABLE'], // prettier-ignore
  ])('rejects for %s', async (_, given, code) => {
    const before = answer
    answer = given
    await expect(there().upload(file(), {})).rejects.toMatchObject({ code })
    answer = before
  })
})

test.each([
  ['an upload', (chat: Chat) => chat.upload(file(), {})],
  ['a request', (chat: Chat) => chat.rest('GET /users/me')],
])('%s whose answer is cut in the middle is NOT_CONNECTED', async (_, ask) => {
  const cut = () => {
    const body = new ReadableStream({
      pull: (controller) => {
        controller.enqueue('{"success": ')
        controller.error(new TypeError('terminated'))
      },
    })
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json' } }))
  }
  await expect(ask(chatOf(server, ada.token, { fetch: cut }))).rejects.toMatchObject({ name: 'ChatError', code: 'NOT_CONNECTED' }) // prettier-ignore
})
