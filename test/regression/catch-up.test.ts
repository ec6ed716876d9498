import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { LogEntry } from '../../src/platform/bus/index.ts'
import { type Client, connect } from '../services/client.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'
import { openHub, room, scriptedLog, seqOf } from '../transport/ws/hub-house.ts'

setDefaultTimeout(30_000)
const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index)

describe('the hub', () => {
  const people = [1, 2] as const
  const deliver = ({ hub }: ReturnType<typeof openHub>, first_seq: number, ...entries: LogEntry[]) =>
    hub.receive({ v: 1, kind: 'log', conversation_id: room, audience: people, first_seq, entries })

  test('keeps the first event of a DM it does not know until the pipelined one before it has come', () => {
    const log = scriptedLog()
    const house = openHub(log, { gap_wait_ms: 10_000 }, people)
    const ear = house.openEar(2)
    const [one, two, three] = log.commit(3)
    deliver(house, 1, two!)
    expect(ear.frames).toEqual([])
    deliver(house, 1, one!)
    expect(ear.frames.map(seqOf)).toEqual([1, 2])
    deliver(house, 3, three!)
    expect(ear.frames.map(seqOf)).toEqual([1, 2, 3])
    expect(log.reads.events).toBe(0)
  })

  test('keeps the first event of a DM it does not know until the change before it, being committed, has come', () => {
    const log = scriptedLog()
    const house = openHub(log, { gap_wait_ms: 10_000 }, people)
    const ear = house.openEar(2)
    const [, two, three] = log.commit(3)
    deliver(house, 2)
    deliver(house, 3, three!)
    expect(ear.frames).toEqual([])
    deliver(house, 2, two!)
    expect(ear.frames.map(seqOf)).toEqual([2, 3])
  })

  test('tells what was committed before a change of a DM that is being committed', () => {
    const log = scriptedLog()
    const house = openHub(log, { gap_wait_ms: 10_000 }, people)
    const ear = house.openEar(2)
    const [, two, three] = log.commit(3)
    deliver(house, 3)
    deliver(house, 2, two!)
    deliver(house, 3, three!)
    expect(ear.frames.map(seqOf)).toEqual([2, 3])
  })

  test('reads what was to come before the first event of a DM when it never comes', async () => {
    const log = scriptedLog()
    log.commit(4)
    const house = openHub(log, {}, people)
    const ear = house.openEar(2)
    const entries = log.commit(3)
    deliver(house, 5, entries[2]!)
    await eventually('the events', () => ear.frames.length === 3)
    expect(ear.frames.map(seqOf)).toEqual([5, 6, 7])
    deliver(house, 5, entries[0]!)
    expect(ear.frames.map(seqOf)).toEqual([5, 6, 7])
  })

  test('reads a gap larger than one read tells in several, and nobody has to resync', async () => {
    const log = scriptedLog()
    const whole = log.events
    const sizes: number[] = []
    log.events = async (id, after, wanted) => {
      const { head, entries } = await whole(id, after, wanted)
      sizes.push(Math.min(5, entries.length))
      return { head, entries: entries.slice(0, 5) }
    }
    const { openEar, receive, lines } = openHub(log)
    const ear = openEar()
    await ear.join()
    receive(log.commit(23).at(-1)!)
    await eventually('all events', () => ear.heard().length === 23)
    expect(ear.heard()).toEqual(upTo(23).map((seq) => ({ seq })))
    expect(sizes.length).toBeGreaterThanOrEqual(5)
    expect(lines.lines.filter(({ level }) => level === 'warn')).toEqual([])
  })
})

describe('with a resume_limit', () => {
  const resume_limit = 60
  let server: TestServer
  let ada: Account
  let client: Client

  beforeAll(async () => {
    server = await startServer({ limits: { resume_limit } })
    ada = await server.register('ada')
    client = await connect(server, { token: ada.token })
  })
  afterAll(() => server.close())

  /** Rooms of ada's with so many messages each, written past the server. */
  const roomsOf = async (count: number, messages: number): Promise<number[]> => {
    const ids: number[] = []
    for (let made = 0; made < count; made++) ids.push(await server.room(ada))
    await server.sql`
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      select id, ${ada.id}, n, n, n, n::text, n::text, 'text', now(), now() from unnest(${ids}::bigint[]) id, generate_series(1, ${messages}) n`
    await server.sql`update conversations set last_seq = ${messages}, message_count = ${messages} where id = any (${ids}::bigint[])`
    return ids
  }

  test('sync refuses a conversation named twice, by id and by slug', async () => {
    const room_id = await server.room(ada, { slug: 'named-twice' })
    for (const again of [room_id, 'named-twice']) {
      const cursors = [room_id, again].map((each) => ({ room_id: each, since_seq: 0 }))
      expect(await client.command('sync', { cursors })).toMatchObject({
        type: 'error',
        data: { code: 'VALIDATION_FAILED', details: [{ field: 'cursors' }] },
      })
    }
  })

  test('a reply about many rooms is bounded over all of them: the later get a short page and reset', async () => {
    const ids = await roomsOf(40, resume_limit)
    const cursors = ids.map((room_id) => ({ room_id, since_seq: 0 }))
    const { rooms } = (await client.command('sync', { cursors })).data
    const resuming = await connect(server, { token: ada.token, authenticate: { resume: cursors } })
    for (const told of [rooms, resuming.hello.data.resumed]) {
      const sizes = told.map(({ missed }) => missed.length)
      // Rooms are read sixteen at a time, and those told by then already are more than ten full resumes.
      expect(sizes).toEqual([...Array<number>(16).fill(resume_limit), ...Array<number>(24).fill(50)])
      expect(told.map((each) => each['reset'] === true)).toEqual(upTo(40).map((nth) => nth > 16))
      expect(told.map(({ room_id }) => room_id)).toEqual(ids)
    }
    await resuming.close()
  })

  test('more live events than that, missed within the hot tail, are a reset', async () => {
    const room_id = await server.room(ada)
    const join = async (since_seq: number) => (await client.command('join_room', { room_id, since_seq })).data
    await join(0)
    for (let sent = 0; sent <= resume_limit; sent++)
      expect((await client.command('send_message', { room_id, content: `${sent}` })).type).not.toBe('error')
    expect(await join(1)).toMatchObject({ seq: resume_limit + 1, missed: { length: resume_limit } })
    expect((await join(1))['reset']).toBeUndefined()
    const reset = await join(0)
    expect([reset['reset'], reset.missed.length, reset.missed.at(-1)!.seq]).toEqual([true, 50, resume_limit + 1])
  })
})
