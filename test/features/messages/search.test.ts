import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let client: Client

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  client = await connect(server, { token: ada.token })
})
afterAll(() => server.close())

/** A room of ada's with these messages. */
async function roomOf(contents: readonly string[], draft: object = {}): Promise<number> {
  const room_id = await server.room(ada, draft)
  for (const content of contents) await say(room_id, content)
  return room_id
}

async function say(room_id: number, content: string, more: object = {}, by = client): Promise<Data> {
  const { type, data } = await by.command('send_message', { room_id, content, ...more })
  expect(type).toBe('message_sent')
  return data
}

async function search(
  asked: object,
  by = client,
): Promise<Data & { results: (Data & { message: Data })[]; next_cursor: string | null }> {
  const { type, data } = await by.command('search_messages', asked)
  expect({ type, data }).toMatchObject({ type: 'search_results' })
  return data as never
}

/** What was found, in the order of the alphabet. */
const contents = async (asked: object, by = client) =>
  (await search(asked, by)).results.map(({ message }) => message.content).toSorted()

describe('a search', () => {
  test.each<[string, string, string[], string[]]>([
    ['an English stem', 'running', ['He runs every day', 'a long run', 'running late'], ['the runway is closed']],
    ['a French stem', 'manger', ['ils mangeaient', 'il a mangé', 'les pommes mangées'], ['la mangue est mûre']],
    [
      'a stem of an accented word',
      'cliquées',
      ['les images cliquées', 'une image cliquee', 'il faut cliquer'],
      ['le clin'],
    ],
    [
      'an accented word without its accents',
      'cafe',
      ['un café noir', 'un cafe\u0301 crème', 'CAFÉ', 'cafe'],
      ['caffeine'],
    ],
    ['a plain word with accents', 'résumé', ['my resume', 'le résumé', 'RÉSUMÉ'], ['le menu']],
    ['a ligature written as two letters', 'coeur', ['de tout cœur', 'coeur'], ['choeurs']],
    ['two letters written as a ligature', 'œuvre', ['une oeuvre', 'des œuvres'], ['ouvre']],
    ['all of several words, in any order', 'blue fish', ['blue fish', 'the fish is blue'], ['blue', 'fish']],
    ['a phrase', '"blue fish"', ['one blue fish swims'], ['the fish is blue', 'blue big fish']],
    ['a phrase of very common words', '"to be or not to be"', ['to be or not to be, he said'], ['be or not, to be to']],
    ['a phrase and a word', '"blue fish" sea', ['blue fish of the sea'], ['blue fish', 'blue sea fish']],
    ['a beginning', 'deplo*', ['deploy now', 'un déploiement', 'deployments'], ['employ']],
    ['a beginning and a word', 'now deplo*', ['deploy now'], ['deployments']],
    ['a word but not another', 'apple -pie', ['an apple'], ['apple pie', 'pie']],
    ['a word but not a phrase', 'apple -"apple pie"', ['an apple', 'pie of apple'], ['apple pie']],
    ['a word but not a beginning', 'apple -pi*', ['an apple'], ['apple pie', 'apple pizza']],
    ['a word with an apostrophe', "l'école", ["à l'école", 'l’école est finie'], ['école']],
    ['a part of it', 'école', ["à l'école", 'l’école est finie'], ['écolo']],
    ['a hyphenated word', 'e-mail', ['send an e-mail', 'e mail'], ['mail', 'email']],
    ['a name of a file', 'config.toml', ['see config.toml'], ['toml of the config']],
    ['numbers', '404', ['error 404!'], ['4040']],
    ['only a very common word', 'the', ['the end'], ['then']],
    ['Chinese within a sentence', '东京', ['我去东京了'], ['京东']],
    ['Japanese', 'ラーメン', ['昨日ラーメンを食べた'], ['メン']],
    ['Korean', '안녕하세요', ['안녕하세요 여러분'], ['안녕']],
    ['Arabic, with and without vowel signs', 'مرحبا', ['مرحبا بالعالم', 'مَرْحَبًا'], ['سلام']],
    ['Hebrew', 'שלום', ['שלום עולם'], ['עולם']],
    ['Russian', 'привет', ['Привет, мир'], ['мир']],
    ['Greek', 'καλημέρα', ['Καλημερα κόσμε'], ['κόσμε']],
    ['Thai', 'สวัสดี', ['สวัสดีครับ'], ['ครับ']],
    ['an emoji', '🎉', ['done 🎉🎉'], ['done']],
    ['full-width letters', 'ｈｅｌｌｏ', ['hello'], ['hell']],
    ['capitals with a dot', 'İstanbul', ['istanbul', 'İSTANBUL'], ['stan']],
  ])('finds %s: %s', async (_, query, found, passed) => {
    const room_id = await roomOf([...passed, ...found])
    expect(await contents({ query, room_id })).toEqual(found.map((each) => each.normalize('NFC')).toSorted())
  })
})
