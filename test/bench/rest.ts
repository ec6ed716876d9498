// REST: the plain paths beside a bare route of Elysia with an answer as long, and beside the same query alone.
import { content } from './bare-row.ts'
import type { BareHttpJobs, Query } from './bare-http.ts'
import type { HttpClientJobs, Raced } from './http-clients.ts'
import { type Bench, count, ms, type Part, repeat, us } from './part.ts'
import { cpuOf } from './proc.ts'
import { median, medians } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createSigner, createWorld, first_room, first_user } from './world.ts'

const connections = 16
const messages_before = 1_000

interface Path {
  name: string
  method: string
  path: string
  body?: string
  headers?: Record<string, string>
  status: number
  /** What the answer needs of the database beside who asks. */
  query: Query
}

const paths: Path[] = [
  { name: 'GET /users/me', method: 'GET', path: '/api/v1/users/me', status: 200, query: 'session' },
  { name: 'GET /rooms/{id}/messages', method: 'GET', path: `/api/v1/rooms/${first_room}/messages`, status: 200, query: 'page' },
  {
    name: 'POST /rooms/{id}/messages',
    method: 'POST',
    path: `/api/v1/rooms/${first_room}/messages`,
    body: JSON.stringify({ content }),
    headers: { 'idempotency-key': 'bench-#{n}#' },
    status: 201,
    query: 'row',
  },
] // prettier-ignore

export async function measureRest(bench: Bench): Promise<Part> {
  const [warmup, measured] = bench.quick ? [300, 1500] : [1000, 4000]
  const world = await createWorld({ users: 10, rooms: 1, rooms_each: 1 })
  await world.sql`
    insert into messages (id, conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select n, ${first_room}, ${first_user} + n % 10, n, n, n, 'past-' || n, ${content}, 'text', now(), now() from generate_series(1, ${messages_before}::integer) n`
  await world.sql`update conversations set last_seq = ${messages_before}, message_count = ${messages_before}, last_message_id = ${messages_before} where id = ${first_room}`
  await world.sql`select setval('messages_id_seq', ${messages_before})`
  await world.sql`vacuum analyze messages, conversations`
  const veza = await startVeza({
    program: bench.program,
    directory: `${bench.directory}/rest`,
    database_url: world.url,
  })
  const token = await createSigner()(first_user)
  const session_id = `00000000-0000-4000-8000-${first_user.toString(16).padStart(12, '0')}`
  const clients = hire<HttpClientJobs>('http-clients.ts')
  const bare = hire<BareHttpJobs>('bare-http.ts')
  const times = { connections, warmup, measured }

  const runs = await repeat(bench.runs, async (run) => {
    const each: { served: Raced; route: Raced; alone: { answered: number; seconds: number }; cpu: number }[] = []
    for (const { name: _, query, ...path } of paths) {
      const before = cpuOf(veza.pid)
      const served = await clients.call('race', { ...times, ...path, port: veza.port, token })
      const cpu = (cpuOf(veza.pid) - before) / (served.answered * (1 + warmup / measured))
      const { port } = await bare.call('listen', { size: served.size })
      const route = await clients.call('race', { ...times, ...path, path: '/bare', port, token })
      const alone = await bare.call('query', { ...times, url: world.url, kind: query, user_id: first_user, session_id, room_id: first_room }) // prettier-ignore
      each.push({ served, route, alone, cpu })
    }
    const said = paths.map(({ name }, n) => `${name} ${count(each[n]!.served.answered / each[n]!.served.seconds)}/s`)
    bench.say(`REST run ${run}/${bench.runs}: ${said.join('; ')}`)
    return each
  })
  await Promise.all([clients.stop(), bare.stop()])
  await veza.stop()
  await world.drop()

  const each = paths.map(({ name }, n) => {
    const those = runs.map((run) => run[n]!)
    const rate = (of: (one: (typeof those)[number]) => { answered: number; seconds: number }) =>
      median(those.map((one) => of(one).answered / of(one).seconds))
    return {
      name,
      served: rate((one) => one.served),
      route: rate((one) => one.route),
      alone: rate((one) => one.alone),
      latency: medians(those.map((one) => one.served.latency)),
      size: those[0]!.served.size,
      cpu: median(those.map((one) => one.cpu)),
    }
  })
  return {
    figures: each.map(({ name, served, route }) => ({
      id: 'REST',
      what: `${name}, requests/s over ${connections} connections`,
      measured: `${count(served)}/s`,
      floor: `${count(route)}/s, a bare route`,
      ratio: served / route,
      target: '',
      holds: null,
    })),
    tables: [
      {
        title: `REST: ${connections} connections, one request after the other on each`,
        head: ['', 'requests/s', 'p50', 'p99', 'server CPU', 'bytes', 'bare route of Elysia', 'the query alone', 'of the query'],
        rows: each.map(({ name, served, route, alone, latency, size, cpu }) => [
          name, count(served), ms(latency.p50), ms(latency.p99), us(cpu), count(size), `${count(route)}/s`, `${count(alone)}/s`, `${(served / alone).toFixed(2)} x`,
        ]),
      },
    ],
    runs,
  } // prettier-ignore
}
