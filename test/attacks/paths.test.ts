// Addresses that lead out of where they should: nothing here is read from a directory, and nothing but an address that is known is answered.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { sendRaw } from '../services/raw-http.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
let ada: Account
beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
})
afterAll(() => server.close())

const ask = (path: string) =>
  sendRaw(
    server.port,
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ada.token}\r\nConnection: close\r\n\r\n`,
  )

const ups = [
  '../', './../', '..%2f', '..%2F', '%2e%2e/', '%2e%2e%2f', '.%2e/', '%252e%252e%252f', '..%252f', '..\\', '..%5c', '%2e%2e%5c', '..%255c', '..;/', '..;x=y/', '....//', '.../', '..%00/', '%00../',
  '%c0%ae%c0%ae/', '%c0%ae%c0%ae%c0%af', '%e0%80%ae%e0%80%ae/', '%uff0e%uff0e/', '..%c1%9c', '..%ef%bc%8f', '\xc0\xae\xc0\xae/', '//', '/.//', '%2f', '%2f%2f', '/%5c/', '\\\\',
] // prettier-ignore
const files = [
  'etc/passwd',
  'proc/self/environ',
  'package.json',
  'config.toml',
  'src/main.ts',
  '.env',
  'secrets.toml',
  'C:/windows/win.ini',
]
const places = ['/', '/docs/', '/docs', '/docs/swagger-ui.css/', '/openapi.json/', '/api/v1/', '/api/v1/rooms/', '/api/v1/rooms/general/', '/api/v1/users/', '/api/v1/invites/', '/ws/', '/metrics/', '/files/'] // prettier-ignore

test.each(places)('from %s no way leads to a file', async (place) => {
  const found: string[] = []
  for (const [at, up] of ups.entries()) {
    // Of each way one file, and of each file several ways.
    for (const deep of [1, 6]) {
      const path = `${place}${up.repeat(deep)}${files[(at + deep) % files.length]}`
      const answers = await ask(path)
      const [{ status, body } = { status: 0, body: '' }] = answers
      if (answers.length > 1) found.push(`${path}: ${answers.length} answers`)
      // Where an encoded slash stays one, the rest is an id that is none.
      if (![400, 404, 422].includes(status)) found.push(`${path}: ${status}`)
      if (/root:|PATH=|"dependencies"|bind_addr|import |jwt_secret/.test(body))
        found.push(`${path} tells of a file: ${body.slice(0, 200)}`)
    }
  }
  expect(found).toEqual([])
})

test.each([
  ['/health', 200],
  ['/health/', 200],
  ['/./health', 200],
  ['/x/../health', 200],
  ['/%2e/health', 200],
  ['/health?x=../../etc/passwd', 200],
  ['//health', 404],
  ['/health//', 404],
  ['/health;jsessionid=1', 404],
  ['/health.json', 404],
  ['/health%20', 404],
  ['/health%2e', 404],
  ['/%68ealth', 404],
  ['/HEALTH', 404],
  ['/health%00', 400],
  ['/health%00.css', 400],
  ['/health%', 400],
  ['/health%zz', 400],
  ['/health%c0%80', 400],
  ['/api/v1/%2e%2e/%2e%2e/health', 200],
  ['/api/v1/..%2f..%2fhealth', 404],
  ['/API/V1/users/me', 404],
  ['/api/v1//users/me', 404],
  ['/api/v1/users//me', 404],
  ['/api/v1/users/me/', 200],
  ['/api/v1/users/me;role=admin', 422],
  ['/api/v1/users/me.json', 422],
  ['/api/v1/users/me%2f', 422],
  ['/api/v1/users/%6de', 422],
  ['/api/v1/users/me#', 422],
  ['/api/v1/constructor', 404],
  ['/api/v1/__proto__', 404],
  ['/__proto__', 404],
  ['/docs/__proto__', 404],
  ['/docs/constructor', 404],
  ['/docs/hasOwnProperty', 404],
  [`/${'a/'.repeat(4000)}`, 404],
  [`/${'%41'.repeat(4000)}`, 404],
  [`/api/v1/rooms/${'x'.repeat(10_000)}`, 422],
])('%s is %p', async (path, status) => {
  const answers = await ask(path)
  expect(answers.map((answer) => answer.status)).toEqual([status])
})

test('an address is no way around who may: each spelling of it asks for the same', async () => {
  for (const path of [
    '/api/v1/admin/users',
    '/api/v1/admin/users/',
    '/api/v1/./admin/users',
    '/api/v1/x/../admin/users',
    '/api/v1/%2e/admin/users',
    '/docs/../api/v1/admin/users',
  ])
    expect([path, (await ask(path)).map(({ status }) => status)]).toEqual([path, [403]])
  for (const path of [
    '//api/v1/admin/users',
    '/api/v1//admin/users',
    '/api/v1/Admin/users',
    '/api/v1/admin%2fusers',
    '/api/v1/admin;/users',
    '/api/v1/admin\\users',
  ])
    expect([path, (await ask(path)).map(({ status }) => status !== 200)]).toEqual([path, [true]])
})
