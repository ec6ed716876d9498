import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { PublicUser } from '../../../src/features/users/index.ts'
import { search as query } from '../../../src/features/users/search-queries.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from '../conversations/staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

describe('GET /users/search', () => {
  const search = (who: Account, query: string) => server.ask(`GET /users/search?${query}`, undefined, who.token)
  const names = ({ data }: Answer) => (data as { users: { username: string }[] }).users.map(({ username }) => username)
  let seeker: Account
  beforeAll(async () => {
    seeker = await server.register('seeker')
    const people: [string, string | null][] = [
      ['zoe', 'Chlöe Ånge'],
      ['chloe2', null],
      ['CHLOE1', 'Zoé'],
      ['other', 'chloé'],
      ['zz_chloe', null],
      ['chloe_b', 'blocks the seeker'],
      ['chloe_gone', null], // prettier-ignore
    ]
    for (const [username, display_name] of people) {
      const who = await server.register(username)
      await server.sql`update users set display_name = ${display_name} where id = ${who.id}`
      if (username === 'chloe_b') await server.ask(`POST /users/${seeker.id}/block`, undefined, who.token)
      if (username === 'chloe_gone') await server.ask('DELETE /users/me', { password: who.password }, who.token)
    }
  })

  test('finds by the beginning of a name, without regard to case and accents; usernames first', async () => {
    const answer = await search(seeker, 'q=CHLO%C3%89')
    expect(names(answer)).toEqual(['CHLOE1', 'chloe2', 'other', 'zoe'])
    for (const user of (answer.data as { users: object[] }).users) expectShape(PublicUser, user)
    expect(names(await search(seeker, 'q=zo%C3%A9'))).toEqual(['zoe', 'CHLOE1'])
    expect(names(await search(seeker, 'q=chloe%25'))).toEqual([])
    expect(names(await search(seeker, 'q=no_body'))).toEqual([])
  })

  test('page by page everybody comes once', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const answer: Answer = await search(seeker, `q=chloe&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...names(answer))
      cursor = (answer.data as { next_cursor: string | null }).next_cursor
    }
    expect(seen).toEqual(['CHLOE1', 'chloe2', 'other', 'zoe'])
  })

  test.each([
    ['one letter', 'q=a', 'q'],
    ['blanks', 'q=%20%20%20', 'q'],
    ['nothing', '', 'q'],
    ['65 letters', `q=${'a'.repeat(65)}`, 'q'],
    ['a cursor of another list', 'q=ada&cursor=MQ', 'cursor'],
    ['a cursor with NUL', `q=ada&cursor=${Buffer.from('[0,"\\u0000",1]').toString('base64url')}`, 'cursor'],
    [
      'a cursor with half a character',
      `q=ada&cursor=${Buffer.from('[0,"\\ud800",1]').toString('base64url')}`,
      'cursor',
    ],
    ['a limit of 101', 'q=ada&limit=101', 'limit'],
  ])('%s is refused', async (_, query, field) => {
    const { status, error } = await search(seeker, query)
    expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
    expect(error.details).toMatchObject([{ field }])
  })

  test('looks at a range of an index, however many people there are', async () => {
    const large = await startServer({ limits: { max_searches_per_minute: 2 } })
    await large.sql`insert into users (username, display_name) select 'u' || g, 'Person ' || g from generate_series(1, 20000) g` // prettier-ignore
    await large.sql`analyze users`
    const wanted = { prefix: 'u1999', after: { list: 0, name: '', id: 0 } as const, limit: 20 }
    const rows = await large.sql`explain ${query(large.sql, 1, wanted)}`
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    expect(plan).toContain('user_username_search')
    expect(plan).toContain('user_display_name_search')
    expect(plan).not.toContain('Seq Scan on users')
    const eve = await large.register('eve')
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await large.ask('GET /users/search?q=eve', undefined, eve.token)).status)
    expect(statuses).toEqual([200, 200, 429])
    await large.close()
  })
})
