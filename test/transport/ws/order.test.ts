import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data } from '../../services/client.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(60_000)
let database: TestDatabase
let server: TestServer
let owner: Account
let senders: Account[]
let receivers: Account[]

beforeAll(async () => {
  database = await createDatabase()
  server = await startServer({ limits: { resume_limit: 0 } }, database)
  owner = await server.register('owner')
  senders = await Promise.all(Array.from({ length: 50 }, (_, n) => server.register(`sender${n}`)))
  receivers = await Promise.all(Array.from({ length: 5 }, (_, n) => server.register(`receiver${n}`)))
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

/** What a client knows of a room by following it as the protocol says: what it missed, then events, counting seqs. */
interface Transcript {
  messages: Map<number, string>
  seq: number
  errors: string[]
}

const empty = (): Transcript => ({ messages: new Map(), seq: 0, errors: [] })

/** Takes what `room_joined` told, or `resumed`. */
function catchUp(transcript: Transcript, { seq, missed, reset }: Data): void {
  if (reset) transcript.errors.push(`reset at ${seq}`)
  for (const message of missed ?? []) {
    if (message.change_seq <= transcript.seq) transcript.errors.push(`missed again ${message.change_seq}`)
    transcript.messages.set(message.seq, message.content)
  }
  transcript.seq = seq
}

/** Takes events from `from` on; every one must be the next. Where it stopped. */
function follow(transcript: Transcript, room_id: number, client: Client, from: number): number {
  for (const { type, data } of client.frames.slice(from)) {
    if (data.room_id !== room_id || type !== 'room_message') {
      if (type === 'resync') transcript.errors.push('resync')
      continue
    }
    if (data.seq !== transcript.seq + 1) transcript.errors.push(`${data.seq} after ${transcript.seq}`)
    transcript.seq = data.seq
    transcript.messages.set(data.seq, data.content)
  }
  return client.frames.length
}

async function truth(room_id: number): Promise<[number, string][]> {
  const rows = await server.sql<{ seq: number; content: string }[]>`
    select seq, content from messages where conversation_id = ${room_id} order by seq`
  return rows.map(({ seq, content }) => [seq, content])
}

test('50 senders, 5 receivers of whom some join and resume midway: all transcripts are the database’s', async () => {
  const room_id = await server.room(owner)
  const clients = await Promise.all(senders.map(({ token }) => connect(server, { token })))
  await Promise.all(clients.map((client) => client.command('join_room', { room_id })))
  const per_sender = 40
  const total = clients.length * per_sender
  let sent = 0
  const sending = Promise.all(
    clients.map(async (client, sender) => {
      for (let n = 0; n < per_sender; n++) {
        const reply = await client.command('send_message', { room_id, content: `${sender}.${n}` })
        expect(reply.type).toBe('message_sent')
        sent++
      }
    }),
  )
  const midway = async (part: number) => {
    while (sent < total * part) await Bun.sleep(1)
  }

  const transcripts = receivers.map(empty)
  const following = receivers.map(async ({ token }, index) => {
    const transcript = transcripts[index]!
    // The first is there from the start, the others come midway; all but the first go away and resume again and again.
    await midway(index * 0.1)
    let client = await connect(server, { token })
    let from = client.frames.length
    const first = await client.command('join_room', { room_id, since_seq: 0 })
    from = client.frames.indexOf(first) + 1
    catchUp(transcript, first.data)
    for (let turn = 1; turn <= index * 2; turn++) {
      await midway(Math.min(0.9, index * 0.1 + turn * 0.08))
      follow(transcript, room_id, client, from)
      await client.close()
      const resume = [{ room_id, since_seq: transcript.seq }]
      if (turn % 2) {
        client = await connect(server, { token, authenticate: { resume } })
        from = client.frames.indexOf(client.hello) + 1
        catchUp(transcript, client.hello.data.resumed[0]!)
      } else {
        client = await connect(server, { token })
        const joined = await client.command('join_room', { room_id, since_seq: transcript.seq })
        from = client.frames.indexOf(joined) + 1
        catchUp(transcript, joined.data)
      }
    }
    await sending
    await client.until('the last event', () => {
      from = follow(transcript, room_id, client, from)
      return transcript.seq >= total ? true : undefined
    })
    await client.close()
  })
  await sending
  await Promise.all(following)

  const expected = await truth(room_id)
  expect(expected.map(([seq]) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1))
  for (const transcript of transcripts) {
    expect(transcript.errors).toEqual([])
    expect([...transcript.messages].toSorted(([x], [y]) => x - y)).toEqual(expected)
  }
  // The senders followed too, each with its own acknowledgements before its own events.
  for (const client of clients) {
    const transcript = empty()
    await client.until('the last event', () => client.events.find(({ data }) => data.seq === total))
    const joined = client.frames.findIndex(({ type }) => type === 'room_joined')
    catchUp(transcript, client.frames[joined]!.data)
    follow(transcript, room_id, client, joined + 1)
    expect([transcript.errors, transcript.messages.size]).toEqual([[], total])
  }
  await Promise.all(clients.map((client) => client.close()))
})

test('two servers on one database that hear nothing of each other still tell everything, in order', async () => {
  // Without a bus between them each finds the other's messages by comparing with the log: late, but whole.
  const other = await startServer({}, database)
  const room_id = await server.room(owner)
  const [one, two] = [
    await connect(server, { token: owner.token }),
    await connect(other, { token: receivers[0]!.token }),
  ]
  const transcripts = [empty(), empty()]
  const starts = [0, 0]
  for (const [index, client] of [one, two].entries()) {
    const joined = await client.command('join_room', { room_id, since_seq: 0 })
    starts[index] = client.frames.indexOf(joined) + 1
    catchUp(transcripts[index]!, joined.data)
  }
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      [one, two].flatMap((client, index) =>
        Array.from({ length: 30 }, (_, n) =>
          client.command('send_message', { room_id, content: `${round} ${index} ${n}` }),
        ),
      ),
    )
  }
  const expected = await truth(room_id)
  expect(expected).toHaveLength(180)
  for (const [index, client] of [one, two].entries()) {
    const transcript = transcripts[index]!
    await client.until('the last event', () => {
      starts[index] = follow(transcript, room_id, client, starts[index]!)
      return transcript.seq >= 180 ? true : undefined
    })
    expect(transcript.errors).toEqual([])
    expect([...transcript.messages]).toEqual(expected)
  }
  await other.close()
})

test('clients that resume after a restart end with the transcript of the database', async () => {
  const room_id = await server.room(owner)
  let port = await startServer({}, database)
  const transcript = empty()
  let client = await connect(port, { token: owner.token })
  catchUp(transcript, (await client.command('join_room', { room_id, since_seq: 0 })).data)
  let from = client.frames.length
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 20; n++) await client.command('send_message', { room_id, content: `${round} ${n}` })
    await port.close()
    await client.closed()
    follow(transcript, room_id, client, from)
    port = await startServer({}, database)
    const resume = [{ room_id, since_seq: transcript.seq }]
    client = await connect(port, { token: owner.token, authenticate: { resume } })
    from = client.frames.indexOf(client.hello) + 1
    catchUp(transcript, client.hello.data.resumed[0]!)
  }
  expect(transcript.errors).toEqual([])
  expect([...transcript.messages]).toEqual(await truth(room_id))
  await port.close()
})
