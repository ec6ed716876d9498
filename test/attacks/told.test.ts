// Who has an account here? The whole answer, every header and its length included, is the same for somebody and for nobody, as docs/security.md promises. How much
// is done for it: test/features/accounts/enumeration.test.ts.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
let ada: Account
let eve: Account
beforeAll(async () => {
  server = await startServer({
    server: { trusted_proxies: ['127.0.0.1'] },
    limits: { max_auth_requests_per_minute: 20, max_requests_per_minute: 200 },
    security: { login_max_failures: 3 },
  })
  ada = await server.register('ada')
  eve = await server.register('eve')
  const carl = await server.register('carl')
  await server.ask('PUT /users/me', { email: 'carl@example.org', current_password: carl.password }, carl.token)
  await server.register('gone')
  await server.sql`update users set status = 'deleted', username = 'deleted-' || id where username = 'gone'`
  await server.register('banned')
  await server.sql`update users set status = 'banned' where username = 'banned'`
  await server.register('nopassword')
  await server.sql`update users set password_hash = null where username = 'nopassword'`
})
afterAll(() => server.close())

let addresses = 0
/** The whole answer to somebody who has never asked before. */
async function asked(path: string, body: object, ip = `198.51.100.${(addresses += 1)}`): Promise<string> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const moment = /^(date|x-request-id|x-ratelimit-reset)$/
  const headers = [...response.headers].filter(([name]) => !moment.test(name)).map(([name, value]) => `${name}: ${value.replace(/t=\d+/, 't=*')}`) // prettier-ignore
  return [response.status, ...headers.toSorted(), text.replaceAll(/"(timestamp|request_id)":"[^"]*"/g, '"$1":"*"')].join('\n') // prettier-ignore
}

const names = ['ada', 'zzz', 'banned', 'nobody', 'nopassword', 'nopasswood', 'gone']
const emails = ['carl@example.org', 'carl@example.com', 'zzz@example.org']

test('by signing in with a wrong password, and until and while the name is locked', async () => {
  // Each from an address of its own: three until it is locked, and three that have a try in the lock.
  for (let time = 0; time < 8; time++) {
    const answers = []
    for (const username of names) answers.push(await asked('/auth/login', { username, password: 'a wrong one' }))
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toStartWith(time < 6 ? '401' : '429')
  }
})

test('by signing in by an address with a wrong password: from one place until it is locked there, and from others, which are told nothing of it', async () => {
  const attempt = (username: string, ip?: string) => asked('/auth/login', { username, password: 'a wrong one' }, ip)
  for (let time = 0; time < 8; time++) {
    const here = []
    for (const [at, username] of emails.entries()) here.push(await attempt(username, `203.0.113.${at}`))
    expect(new Set(here).size).toBe(1)
    expect(here[0]).toStartWith(time < 3 ? '401' : '429')
  }
  for (let time = 0; time < 5; time++) {
    const elsewhere = []
    for (const username of emails) elsewhere.push(await attempt(username))
    expect(new Set(elsewhere).size).toBe(1)
    expect(elsewhere[0]).toStartWith('401')
  }
})

test('by a code of a second factor, and by a name in another writing', async () => {
  const answers = new Set<string>()
  for (const username of ['ADA2', 'zzz2', 'ÀDA', 'ada ', 'ada%', "ada'--"])
    answers.add(await asked('/auth/login', { username, password: 'a wrong one', totp_code: '123456' }))
  expect(answers.size).toBe(1)
})

test('by forgetting a password, once and too often', async () => {
  for (let time = 0; time < 5; time++) {
    const answers = new Set<string>()
    for (const username of [...names, ...emails]) answers.add(await asked('/auth/password/forgot', { username }))
    expect([...answers]).toHaveLength(1)
    expect([...answers][0]).toStartWith('202')
  }
})

test('by resetting one, with any token that is not good', async () => {
  const answers = new Set<string>()
  for (const token of ['x'.repeat(43), ada.refresh_token, ada.token.slice(0, 500), 'veza_ak_x', '0'])
    answers.add(await asked('/auth/password/reset', { token, new_password: 'battery staple' }))
  expect([...answers]).toHaveLength(1)
  expect([...answers][0]).toStartWith('401')
})

test('by refreshing and by a ticket, with any that is not good', async () => {
  const answers = new Set<string>()
  for (const refresh_token of ['x'.repeat(43), `${ada.refresh_token}x`, ada.refresh_token.slice(1)])
    answers.add(await asked('/auth/refresh', { refresh_token }))
  expect([...answers]).toHaveLength(1)
})

test('by blocks: who has blocked whom is seen by nobody but who did', async () => {
  const seen = async () => {
    const answers = []
    for (const line of [
      `GET /users/${ada.id}`,
      `GET /users/me/blocks`,
      'GET /users/me',
      'GET /conversations',
      'GET /users/me/unread',
    ]) {
      const { status, data, error } = await server.ask(line, undefined, eve.token)
      answers.push([line, status, data, error])
    }
    return answers
  }
  const before = await seen()
  expect((await server.ask(`POST /users/${eve.id}/block`, undefined, ada.token)).status).toBe(204)
  expect(await seen()).toEqual(before)
  // In the search one who has blocked is as one who is not there.
  const search = async (q: string) => {
    const { status, data } = await server.ask(`GET /users/search?q=${q}`, undefined, eve.token)
    return [status, data]
  }
  expect(await search('ada')).toEqual(await search('zzz'))
})
