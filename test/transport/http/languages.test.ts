import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { errors } from '../../../src/kernel/errors.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { openShop } from './shop.ts'

setDefaultTimeout(30_000)
const { ask, post } = openShop()
let server: TestServer
let jeanne: Account

beforeAll(async () => {
  server = await startServer()
  jeanne = await server.register('jeanne')
  await server.sql`update users set locale = 'fr' where id = ${jeanne.id}`
})
afterAll(() => server.close())

test('an error names its language, and what it depends on', async () => {
  for (const locale of ['en', 'fr'] as const) {
    const { headers, body } = await ask('GET /nowhere', {
      headers: { 'accept-language': locale, origin: 'https://app.example' },
    })
    expect(body.error.message).toBe(errors.NOT_FOUND[locale])
    expect(headers.get('content-language')).toBe(locale)
    expect(headers.get('vary')?.split(/, */).toSorted()).toEqual(['Accept-Language', 'Origin'])
  }
})

test('an answer that is no error says nothing of languages', async () => {
  const { status, headers } = await ask('GET /api/v1/things/7', { headers: { 'accept-language': 'fr' } })
  expect([status, headers.get('content-language')]).toEqual([200, null])
  expect(headers.get('vary') ?? '').not.toContain('Accept-Language')
})

test('each field that does not fit has its reason in French', async () => {
  const answer = await post('{"name": "t", "count": 0, "tags": ["a", 5]}', { 'accept-language': 'fr' })
  expect(answer.body.error).toMatchObject({
    message: errors.VALIDATION_FAILED.fr,
    details: [
      { field: 'name', reason: 'doit avoir au moins 2 caractères' },
      { field: 'count', reason: 'doit être au moins 1' },
      { field: 'tags.1', reason: 'doit être un texte' },
    ],
  })
})

test.each([
  ['limit', '/api/v1/things/7?limit=', 'doit être un nombre entier'],
  ['all', '/api/v1/things/7?all=maybe', 'doit être true ou false'],
])('and so has %s in an address', async (field, path, reason) => {
  const { body } = await ask(`GET ${path}`, { headers: { 'accept-language': 'fr' } })
  expect(body.error.details).toEqual([{ field, reason }])
})

test('a reason that the body was read with is French too', async () => {
  const { body } = await post(String.raw`{"name": "a\u0000b"}`, { 'accept-language': 'fr' })
  expect(body.error.details).toEqual([{ field: 'name', reason: 'doit être du texte Unicode valide, sans NUL' }])
})

test.each([
  ['nothing', {}, 'fr'],
  ['a third language', { 'accept-language': 'de' }, 'fr'],
  ['English', { 'accept-language': 'en' }, 'en'],
] as const)('who has chosen French and accepts %s is answered so once known', async (_, headers, locale) => {
  const response = await fetch(`${server.url}/api/v1/users/999999`, {
    headers: { ...headers, authorization: `Bearer ${jeanne.token}` },
  })
  const { error } = (await response.json()) as { error: { message: string } }
  expect([error.message, response.headers.get('content-language')]).toEqual([errors.USER_NOT_FOUND[locale], locale])
})
