import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type ErrorCode, errors, type Locale } from '../../../src/kernel/errors.ts'
import { type Client, connect, type ConnectOptions, type Frame } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let jeanne: Account

beforeAll(async () => {
  server = await startServer({ limits: { max_malformed_frames: 0, max_connections_per_user: 0 } })
  ada = await server.register('ada')
  jeanne = await server.register('jeanne')
  await server.sql`update users set locale = 'fr-CA' where id = ${jeanne.id}`
})
afterAll(() => server.close())

/** The language of an error, found by its sentence. */
const languageOf = ({ data }: Frame): Locale | undefined =>
  (['en', 'fr'] as const).find((locale) => errors[data.code as ErrorCode][locale] === data['message'])

test.each<[string, () => ConnectOptions, Locale]>([
  ['nothing, English', () => ({ token: ada.token }), 'en'],
  ['authenticate, French', () => ({ token: ada.token, authenticate: { locale: 'fr' } }), 'fr'],
  [
    'Accept-Language, French',
    () => ({ token: ada.token, headers: { 'accept-language': 'de, fr;q=0.8, en;q=0.7' } }),
    'fr',
  ],
  ['Accept-Language, English', () => ({ token: ada.token, headers: { 'accept-language': 'fr;q=0.1, en' } }), 'en'],
  ['Accept-Language, a third', () => ({ token: ada.token, headers: { 'accept-language': 'de' } }), 'en'],
  ['the user, French', () => ({ token: jeanne.token }), 'fr'],
  ['the user, where a third is accepted', () => ({ token: jeanne.token, headers: { 'accept-language': 'de' } }), 'fr'],
  [
    'the user, but Accept-Language English',
    () => ({ token: jeanne.token, headers: { 'accept-language': 'en' } }),
    'en',
  ],
  ['the user, but authenticate English', () => ({ token: jeanne.token, authenticate: { locale: 'en' } }), 'en'],
  [
    'Accept-Language, but authenticate English',
    () => ({ token: ada.token, authenticate: { locale: 'en' }, headers: { 'accept-language': 'fr' } }),
    'en',
  ],
])('errors speak as asked by %s', async (_, options, expected) => {
  const client = await connect(server, options())
  expect(client.hello.type).toBe('auth_success')
  const refused = await client.command('join_room', { room_id: 'nowhere' })
  expect(refused.data.code).toBe('ROOM_NOT_FOUND')
  expect(languageOf(refused)).toBe(expected)
  await client.close()
})

test('a language that is asked for later, by renewing, is spoken from then on', async () => {
  const client = await connect(server, { token: ada.token })
  const refused = () => client.command('join_room', { room_id: 'nowhere' })
  expect(languageOf(await refused())).toBe('en')
  await client.command('authenticate', { token: ada.token, locale: 'fr' })
  expect(languageOf(await refused())).toBe('fr')
  await client.command('authenticate', { token: ada.token })
  expect(languageOf(await refused())).toBe('fr')
  await client.close()
})

describe('who speaks French reads French', () => {
  let client: Client
  beforeAll(async () => {
    client = await connect(server, { token: ada.token, authenticate: { locale: 'fr' } })
    await client.command('join_room', { room_id: 'general' })
  })

  test.each<[string, string, object, unknown]>([
    ['UNKNOWN_COMMAND', 'make_tea', {}, { type: 'make_tea' }],
    [
      'VALIDATION_FAILED',
      'join_room',
      { room_id: {} },
      [{ field: 'room_id', reason: 'doit être un nombre entier ou un texte' }],
    ],
    [
      'VALIDATION_FAILED',
      'get_history',
      { room_id: 1, limit: 101 },
      [{ field: 'limit', reason: 'doit être au plus 100' }],
    ],
    ['VALIDATION_FAILED', 'send_message', { room_id: 1 }, [{ field: 'content', reason: 'est obligatoire' }]],
    [
      'VALIDATION_FAILED',
      'send_message',
      { room_id: 1, content: 'a', metadata: { client_id: '~' } },
      [
        {
          field: 'metadata.client_id',
          reason: 'doit avoir de 1 à 128 caractères, sans caractère de contrôle, et ne pas commencer par « ~ »',
        },
      ],
    ],
    [
      'VALIDATION_FAILED',
      'join_room',
      {},
      [{ field: 'room_id', reason: 'donnez room_id ou conversation_id, et l’un des deux seulement' }],
    ],
    ['ROOM_NOT_FOUND', 'join_room', { room_id: 'nowhere' }, undefined],
    ['CONVERSATION_NOT_FOUND', 'send_dm', { conversation_id: 99, content: 'a' }, undefined],
    ['MESSAGE_NOT_FOUND', 'send_message', { room_id: 1, content: 'a', parent_id: 2 ** 40 }, { message_id: 2 ** 40 }],
    ['USER_NOT_FOUND', 'create_dm', { user_id: 2 ** 40 }, { user_id: 2 ** 40 }],
    ['MESSAGE_EMPTY', 'send_message', { room_id: 1, content: ' ' }, undefined],
    ['MESSAGE_TOO_LONG', 'send_message', { room_id: 1, content: 'x'.repeat(2001) }, expect.anything()],
  ])('of %s, to %s', async (code, type, data, details) => {
    const { data: error } = await client.command(type, data)
    expect(error).toMatchObject({ code, message: errors[code as ErrorCode].fr, action: type })
    expect(error.details as unknown).toEqual(details)
  })

  test.each<[string, string, object]>([
    ['what is no JSON', 'tea', { reason: 'pas du JSON' }],
    ['what is no object', '[]', { reason: 'pas un objet' }],
  ])('of %s', async (_, frame, details) => {
    client.raw(frame)
    expect((await client.next('error')).data).toMatchObject({ message: errors.MALFORMED_FRAME.fr, details })
  })

  test('why it may not sign in', async () => {
    const stranger = await connect(server, { token: 'nonsense', authenticate: { locale: 'fr' } })
    expect(stranger.hello).toMatchObject({ type: 'auth_error', data: { message: errors.INVALID_TOKEN.fr } })
    const early = await connect(server, { headers: { 'accept-language': 'fr' } })
    expect((await early.command('list_dms')).data).toMatchObject({ message: errors.AUTH_REQUIRED.fr })
    await early.close()
  })
})

test('an upgrade is refused in the language of the request', async () => {
  const response = await fetch(`${server.url}/ws`, { headers: { 'accept-language': 'de, fr;q=0.8, en;q=0.7' } })
  expect([response.status, response.headers.get('content-language')]).toEqual([426, 'fr'])
  expect(response.headers.get('vary')).toContain('Accept-Language')
  const { error } = (await response.json()) as { error: { message: string } }
  expect(error.message).toBe(errors.UPGRADE_REQUIRED.fr)
})
