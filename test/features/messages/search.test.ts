import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
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

interface Found {
  message: Data
  rank: number
  snippet: { text: string; is_match: boolean }[]
}

async function search(
  asked: object,
  by = client,
): Promise<Data & { results: (Data & Found)[]; next_cursor: string | null }> {
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

describe('what has changed', () => {
  test('an edit is found at once, and what it replaced is not', async () => {
    const room_id = await server.room(ada)
    const { id } = await say(room_id, 'the first wording')
    expect(await contents({ query: 'first', room_id })).toEqual(['the first wording'])
    await client.command('edit_message', { message_id: id, content: 'the second wording' })
    expect(await contents({ query: 'first', room_id })).toEqual([])
    expect(await contents({ query: 'second', room_id })).toEqual(['the second wording'])
  })

  test('a deleted message is not found', async () => {
    const room_id = await roomOf(['apples stay'])
    const { id } = await say(room_id, 'apples go')
    await client.command('delete_message', { message_id: id })
    expect(await contents({ query: 'apples', room_id })).toEqual(['apples stay'])
    await eventually('its row is gone from the index', async () => (await indexed(room_id)) === 1)
  })

  test('a message whose time is over is not found, even before it is removed', async () => {
    const room_id = await roomOf(['apples stay'])
    const { id } = await say(room_id, 'apples go', { expires_in: 3600 })
    expect(await contents({ query: 'apples', room_id })).toEqual(['apples go', 'apples stay'])
    await server.sql`update messages set expires_at = now() - interval '1 second' where id = ${id}`
    expect(await contents({ query: 'apples', room_id })).toEqual(['apples stay'])
    await eventually('its row is gone from the index', async () => (await indexed(room_id)) === 1)
  })

  test('what expired so long ago that the log has forgotten it leaves the index too', async () => {
    const room_id = await roomOf(['apples stay'])
    const { id } = await say(room_id, 'apples go')
    expect(await contents({ query: 'apples', room_id })).toHaveLength(2)
    await server.sql`delete from messages where id = ${id}`
    await server.sql`update conversations set last_seq = last_seq + 1, forgotten_seq = last_seq + 1 where id = ${room_id}`
    expect(await contents({ query: 'apples', room_id })).toEqual(['apples stay'])
    expect(await indexed(room_id)).toBe(1)
  })

  test('reactions, pins and replies leave the index as it is, and show in the result', async () => {
    const room_id = await server.room(ada)
    const { id } = await say(room_id, 'an apple a day')
    await contents({ query: 'apple', room_id })
    const version = () => server.sql<{ xmin: string }[]>`select xmin::text from message_search where message_id = ${id}`
    const [before] = await version()
    await client.command('add_reaction', { message_id: id, emoji: '👍' })
    await client.command('pin_message', { room_id, message_id: id })
    await say(room_id, 'so they say', { parent_id: id })
    const [found] = (await search({ query: 'apple', room_id })).results
    expect(found?.message).toMatchObject({
      id,
      is_pinned: true,
      thread_count: 1,
      reactions: [{ emoji: '👍', count: 1 }],
    })
    expect([...(await version())]).toEqual([before!])
  })

  test('the index follows without being asked', async () => {
    const room_id = await roomOf(['quietly indexed'])
    await eventually('the message is in the index', async () => (await indexed(room_id)) === 1)
    await eventually('the cursor is at the head', async () => {
      const [row] = await server.sql<{ behind: number }[]>`
        select c.last_seq - i.indexed_seq as behind from conversations c join search_cursors i on i.conversation_id = c.id where c.id = ${room_id}`
      return row?.behind === 0
    })
  })

  test('many messages at once are all found', async () => {
    const room_id = await server.room(ada)
    for (let n = 0; n < 1200; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, k) => say(room_id, `crowd ${n + k}`)))
    const first = await search({ query: 'crowd', room_id, limit: 100 })
    expect(first.is_complete).toBe(true)
    expect((await pages({ query: 'crowd', room_id, limit: 100 })).size).toBe(1200)
  })

  test('what a restarted server missed is indexed by its sweep', async () => {
    const room_id = await roomOf(['an apple'])
    expect(await contents({ query: 'apple', room_id })).toHaveLength(1)
    await server.sql`delete from message_search where conversation_id = ${room_id}`
    await server.sql`delete from search_cursors where conversation_id = ${room_id}`
    const other = await startServer({}, server.database)
    try {
      await eventually('the message is in the index again', async () => (await indexed(room_id)) === 1)
    } finally {
      await other.close()
    }
  })

  test('encrypted messages are never indexed', async () => {
    const room_id = await server.room(ada)
    await say(room_id, 'c2VjcmV0 apple', { content_type: 'encrypted' })
    await say(room_id, 'open apple')
    expect(await contents({ query: 'apple', room_id })).toEqual(['open apple'])
    expect(await indexed(room_id)).toBe(1)
  })
})

const indexed = async (room_id: number): Promise<number> => {
  const [row] = await server.sql<
    { count: number }[]
  >`select count(*) from message_search where conversation_id = ${room_id}`
  return row!.count
}

/** Every result of a search, page by page, by id. Fails when one comes twice. */
async function pages(asked: object, by = client): Promise<Map<number, Data>> {
  const seen = new Map<number, Data>()
  let cursor: string | null = null
  for (let n = 0; n < 500; n++) {
    const page: Awaited<ReturnType<typeof search>> = await search({ ...asked, ...(cursor !== null && { cursor }) }, by)
    for (const { message } of page.results) {
      expect(seen.has(message.id)).toBe(false)
      seen.set(message.id, message)
    }
    cursor = page.next_cursor
    if (cursor === null) return seen
  }
  throw new Error('the pages do not end')
}

describe('who may read', () => {
  test('a search of one place needs membership there', async () => {
    const bob = await server.register('bob')
    const bobs = await connect(server, { token: bob.token })
    const open = await roomOf(['secret plan'])
    const closed = await roomOf(['secret plan'], { is_public: false })
    const { data: dm } = await client.command('create_dm', { user_id: (await server.register('carol')).id })
    for (const [asked, code] of [
      [{ room_id: open }, 'PERMISSION_DENIED'],
      [{ room_id: closed }, 'ROOM_NOT_FOUND'],
      [{ conversation_id: dm.conversation_id }, 'CONVERSATION_NOT_FOUND'],
      [{ room_id: dm.conversation_id }, 'ROOM_NOT_FOUND'],
      [{ room_id: open, conversation_id: dm.conversation_id }, 'VALIDATION_FAILED'],
    ] as const) {
      const { type, data } = await bobs.command('search_messages', { query: 'secret', ...asked })
      expect({ type, code: data.code }).toEqual({ type: 'error', code })
    }
    expect(await contents({ query: 'secret plan' }, bobs)).toEqual([])
  })

  test('a search everywhere finds what is in rooms and DMs one is in now, and no more', async () => {
    const dave = await server.register('dave')
    const daves = await connect(server, { token: dave.token })
    const room = await roomOf(['pineapple in a room'])
    await roomOf(['pineapple elsewhere'])
    const left = await roomOf(['pineapple in a room left'])
    const { data: dm } = await client.command('create_dm', { user_id: dave.id })
    await client.command('send_dm', { conversation_id: dm.conversation_id, content: 'pineapple in a DM' })
    await daves.command('join_room', { room_id: room })
    await daves.command('join_room', { room_id: left })
    const all = ['pineapple in a DM', 'pineapple in a room', 'pineapple in a room left']
    expect(await contents({ query: 'pineapple' }, daves)).toEqual(all)
    await daves.command('leave_room', { room_id: left, forget: true })
    expect(await contents({ query: 'pineapple' }, daves)).toEqual(all.slice(0, 2))
    expect(await contents({ query: 'pineapple', conversation_id: dm.conversation_id }, daves)).toEqual(all.slice(0, 1))
    const { results } = await search({ query: 'pineapple', conversation_id: dm.conversation_id }, daves)
    expect(results[0]!.message).toMatchObject({ conversation_id: dm.conversation_id, username: 'ada' })
    await client.command('kick_member', { room_id: room, user_id: dave.id })
  })

  test('a cursor opens nothing that one may not read', async () => {
    const erin = await server.register('erin')
    const erins = await connect(server, { token: erin.token })
    const room_id = await roomOf(['mango one', 'mango two', 'mango three'])
    const { next_cursor } = await search({ query: 'mango', room_id, limit: 1 })
    expect(next_cursor).toBeString()
    const { data } = await erins.command('search_messages', { query: 'mango', room_id, limit: 1, cursor: next_cursor })
    expect(data.code).toBe('PERMISSION_DENIED')
  })
})

describe('pages', () => {
  test.each([1, 7, 50, 100])('of %i give each match once, whatever is said meanwhile', async (limit) => {
    const room_id = await server.room(ada)
    const expected = new Set<number>()
    await Promise.all(
      Array.from({ length: 48 }, async (_, n) => {
        const { id } = await say(room_id, n % 3 === 0 ? `pears and plums ${'pears '.repeat(n % 5)}` : `plums ${n}`)
        if (n % 3 === 0) expected.add(id)
      }),
    )
    let cursor: string | null = null
    const seen: number[] = []
    do {
      const page = await search({ query: 'pears', room_id, limit, ...(cursor !== null && { cursor }) })
      expect(page.results.length).toBeLessThanOrEqual(limit)
      seen.push(...page.results.map(({ message }) => message.id))
      cursor = page.next_cursor
      await say(room_id, 'more pears')
    } while (cursor !== null)
    expect(seen.toSorted((a, b) => a - b)).toEqual([...expected].toSorted((a, b) => a - b))
  })

  test('rank the better match first, and of equals the newer', async () => {
    const room_id = await roomOf([
      'a kiwi among so many other words that it hardly counts',
      'kiwi',
      'nothing',
      'kiwi kiwi',
    ])
    const { results } = await search({ query: 'kiwi', room_id })
    expect(results.map(({ message }) => message.content)).toEqual([
      'kiwi kiwi',
      'kiwi',
      'a kiwi among so many other words that it hardly counts',
    ])
    expect(results.map(({ rank }) => rank)).toEqual(results.map(({ rank }) => rank).toSorted((a, b) => b - a))
  })

  test('say how many there are when they know', async () => {
    const room_id = await roomOf(['lime', 'lime', 'lime'])
    expect(await search({ query: 'lime', room_id, limit: 2 })).toMatchObject({ total_count: 3, is_complete: true })
    expect(await search({ query: 'lemon', room_id })).toEqual({
      query: 'lemon', results: [], total_count: 0, is_complete: true, next_cursor: null,
    } as never) // prettier-ignore
  })

  test('show where in the text the words are', async () => {
    const room_id = await roomOf([
      `${'so much to say before it. '.repeat(20)}Les Cafés 👩‍👩‍👧 d’été, at last. ${'And after. '.repeat(50)}`,
    ])
    const { results } = await search({ query: 'cafe "d\'ete"', room_id })
    const { snippet } = results[0]!
    expect(snippet.filter(({ is_match }) => is_match).map(({ text }) => text)).toEqual(['Cafés', 'd', 'été'])
    const whole = snippet.map(({ text }) => text).join('')
    expect(results[0]!.message.content).toContain(whole)
    expect(whole.length).toBeLessThanOrEqual(200)
  })

  test.each<[string, string]>([
    ['garbage', 'garbage'],
    ['of another search', ''],
    ['with numbers out of bounds', Buffer.from('9999999999999 - 9999999999999999 1e999 1 abc').toString('base64url')],
  ])('refuse a cursor %s', async (_, cursor) => {
    const room_id = await roomOf(['fig', 'fig', 'fig'])
    const { next_cursor } = await search({ query: 'fig', room_id, limit: 1 })
    const { data } = await client.command('search_messages', { query: 'date', room_id, cursor: cursor || next_cursor })
    expect(data).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'cursor' }] })
  })
})

describe('filters', () => {
  // Times rise with ids: so these have a server to themselves.
  let own: TestServer
  let adas: Client
  let author: Account
  let room_id: number
  let frank: Account
  const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString()

  beforeAll(async () => {
    own = await startServer()
    author = await own.register('ada')
    adas = await connect(own, { token: author.token })
    frank = await own.register('frank')
    const franks = await connect(own, { token: frank.token })
    room_id = await own.room(author)
    await franks.command('join_room', { room_id })
    // One message an hour, in turn by ada and frank.
    const ids: number[] = []
    for (let n = 0; n < 6; n++) ids.push((await say(room_id, `cherry ${n}`, {}, n % 2 === 0 ? adas : franks)).id)
    // Times never change, so whatever the index has of these by now it would keep: it gets them as well.
    await contents({ query: 'cherry', room_id }, adas)
    for (const [n, id] of ids.entries()) {
      await own.sql`update messages set created_at = ${at(n)} where id = ${id}`
      await own.sql`update message_search set created_at = ${at(n)} where message_id = ${id}`
    }
  })
  afterAll(() => own.close())

  test.each<[string, () => object, number[]]>([
    ['everything', () => ({}), [0, 1, 2, 3, 4, 5]],
    ['one author', () => ({ author_id: frank.id }), [1, 3, 5]],
    ['an author who wrote nothing here', () => ({ author_id: 999_999 }), []],
    ['before a moment, which does not count', () => ({ before: at(3) }), [0, 1, 2]],
    ['from a moment on, which counts', () => ({ after: at(3) }), [3, 4, 5]],
    ['a span', () => ({ after: at(1), before: at(4) }), [1, 2, 3]],
    ['a span that ends before it begins', () => ({ after: at(4), before: at(1) }), []],
    ['a span of an author', () => ({ after: at(1), before: at(4), author_id: author.id }), [2]],
    ['a moment in another zone', () => ({ before: '2026-01-01T03:00:00+02:00' }), [0]],
    ['a moment long ago', () => ({ after: '0001-01-01T00:00:00Z' }), [0, 1, 2, 3, 4, 5]],
    ['a moment far from now', () => ({ before: '9999-12-31T23:59:59Z' }), [0, 1, 2, 3, 4, 5]],
  ])('leave %s', async (_, filter, numbers) => {
    const expected = numbers.map((n) => `cherry ${n}`)
    expect(await contents({ query: 'cherry', room_id, ...filter() }, adas)).toEqual(expected)
    expect(await contents({ query: 'cherry', ...filter() }, adas)).toEqual(expected)
  })

  test.each([
    ['before', 'yesterday'], ['after', '2026-13-45'], ['before', '2026-01-01'], ['after', ''], ['before', '2016-12-31T23:59:60Z'], ['after', '2026-02-31T99:00:00Z'],
  ])('refuse %s %p', async (field, value) => {
    const { type, data } = await adas.command('search_messages', { query: 'cherry', room_id, [field]: value })
    expect({ type, data }).toMatchObject({ type: 'error', data: { code: 'VALIDATION_FAILED', details: [{ field }] } })
  }) // prettier-ignore
})

describe('hostile input', () => {
  let room_id: number
  beforeAll(async () => {
    room_id = await roomOf(['harmless apple & pie | cake ! (yes) <-> no:* \'quoted\' "too" \\ %_'])
  })

  // found: whether the one message is found; refused: VALIDATION_FAILED.
  test.each<[string, 'found' | 'nothing' | 'refused']>([
    ['apple & pie', 'found'],
    ['apple | pie', 'found'],
    ['!apple', 'found'],
    ['apple <-> pie', 'found'],
    ['apple <2> pie', 'nothing'],
    ['apple:*', 'found'],
    ['app:*', 'nothing'],
    ['apple:A', 'nothing'],
    ["apple'; drop table messages; --", 'nothing'],
    ["'apple'", 'found'],
    ["''apple", 'found'],
    ["\\'apple", 'found'],
    ['apple\\', 'found'],
    ['\\', 'refused'],
    ["'", 'refused'],
    ['"', 'refused'],
    ['""', 'refused'],
    ['"""', 'refused'],
    ['"apple', 'found'],
    ['apple"', 'found'],
    ['"apple" "pie"', 'found'],
    ['(apple', 'found'],
    ['((((((((((', 'refused'],
    ['&', 'refused'],
    ['| & ! <->', 'refused'],
    ['*', 'refused'],
    ['a*', 'refused'],
    ['-', 'refused'],
    ['--', 'refused'],
    ['-apple', 'refused'],
    ['-"apple pie"', 'refused'],
    ['apple -', 'found'],
    ['apple --pie', 'nothing'],
    ['apple -apple', 'nothing'],
    ['', 'refused'],
    ['   \t\n ', 'refused'],
    ['\u0000', 'refused'],
    ['apple\u0000pie', 'found'],
    ['\ud800', 'refused'],
    ['apple \udc00', 'found'],
    ['%', 'refused'],
    ['app%', 'nothing'],
    ['_pple', 'nothing'],
    ['~c1', 'nothing'],
    ['~', 'refused'],
    ['\u0301\u0301', 'refused'],
    ['\u200b\u200d', 'refused'],
    ['a\u0301'.repeat(100), 'nothing'],
    ['x'.repeat(256), 'nothing'],
    ['x'.repeat(257), 'refused'],
    ['😀'.repeat(256), 'nothing'],
    ['東'.repeat(256), 'nothing'],
    [`"${'apple '.repeat(42)}"`, 'nothing'],
    ['apple '.repeat(16).trim(), 'found'],
    ['apple '.repeat(17).trim(), 'refused'],
    ['$1', 'nothing'],
    ['{apple}', 'found'],
    ['harmless constructor -__proto__', 'nothing'],
  ])('%j: %s', async (query, outcome) => {
    const { type, data } = await client.command('search_messages', { query, room_id })
    if (outcome === 'refused') expect({ type, data }).toMatchObject({ type: 'error', data: { code: 'VALIDATION_FAILED', details: [{ field: 'query' }] } })
    else expect({ type, found: (data.results as object[] | undefined)?.length }).toEqual({ type: 'search_results', found: outcome === 'found' ? 1 : 0 })
  }) // prettier-ignore

  test.each<[string, object]>([
    ['no query', {}],
    ['a number', { query: 7 }],
    ['null', { query: null }],
    ['a limit of 0', { query: 'apple', limit: 0 }],
    ['a limit of 101', { query: 'apple', limit: 101 }],
    ['an author that is no id', { query: 'apple', author_id: 'ada' }],
    ['a cursor that is none', { query: 'apple', cursor: 5 }],
  ])('%s is refused', async (_, asked) => {
    const { type, data } = await client.command('search_messages', asked)
    expect({ type, code: data.code }).toEqual({ type: 'error', code: 'VALIDATION_FAILED' })
  })

  test('messages of any content are indexed, and the others with them', async () => {
    const place = await server.room(ada)
    const odd = ["it's 'quoted' \\ back", '~c1 ~a1', '⒜ ⑴ ㎏ ﬁ', 'a'.repeat(2000), '\u0301a', '👩‍👩‍👧🏽 🇫🇷 #️⃣', '𝕳𝖊𝖑𝖑𝖔 ²³', 'x\u2028y\ufeffz', 'word '.repeat(400)]
    for (const content of [...odd, 'apple']) await say(place, content)
    expect(await contents({ query: 'apple', room_id: place })).toEqual(['apple'])
    expect(await contents({ query: 'quoted', room_id: place })).toEqual([odd[0]!])
    expect(await contents({ query: 'hello', room_id: place })).toEqual([odd[6]!])
    expect(await indexed(place)).toBe(odd.length + 1)
  }) // prettier-ignore
})
