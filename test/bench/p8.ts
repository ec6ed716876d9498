// P8: reading in a room of a million messages, by one who asks one thing after the other.
import type { Sql } from '../../src/platform/db/index.ts'
import type { Asked, AskerJobs } from './asker.ts'
import { fillRoom, indexRoom, wordsOfTheRoom } from './million.ts'
import { type Bench, count, mb, ms, type Part, repeat } from './part.ts'
import { memoryOf } from './proc.ts'
import type { ReaderJobs } from './reader.ts'
import { medians, type Percentiles, percentiles } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createSigner, createWorld, first_room, first_user } from './world.ts'

const room_id = first_room
const target_ms = 10
/** Takes some 4 ms, as a search does. */
const counted_up_to = 30_000

interface Question {
  name: string
  type: string
  /** What is asked the n-th time. */
  data(n: number): Asked['data']
}

export async function measureReading(bench: Bench): Promise<Part> {
  const messages = bench.quick ? 100_000 : 1_000_000
  const times = bench.quick ? 60 : 300
  const world = await createWorld({ users: 1000, rooms: 1, rooms_each: 1 })
  bench.say(`P8: writing ${count(messages)} messages, and then their index`)
  await fillRoom(world.sql, messages)
  const indexed = await indexRoom(world.sql, messages)
  const veza = await startVeza({ program: bench.program, directory: `${bench.directory}/p8`, database_url: world.url })
  const [client, driver] = [hire<AskerJobs>('asker.ts'), hire<ReaderJobs>('reader.ts')]
  await client.call('open', { port: veza.port, token: await createSigner()(first_user) })
  await driver.call('open', { url: world.url })
  const questions = await questionsOf(world.sql, messages)

  /** Milliseconds each, the first `unmeasured` left out. Not in turn with the server: each would find the caches of the processor full of the other. */
  async function measure({ type, data }: Question, from: number, measured: number, unmeasured: number) {
    const wish = { questions: Array.from({ length: unmeasured + measured }, (_, n) => ({ type, data: data(from + n) })) } // prettier-ignore
    const server = await client.call('askAll', wish)
    const floor = await driver.call('askAll', wish)
    return { server: percentiles(server.slice(unmeasured)), floor: percentiles(floor.slice(unmeasured)) }
  }

  // A server that has been asked for a while: its code is compiled, its statements are planned, and what is read again is in memory.
  for (const question of questions) await measure(question, 0, times, 0)
  const runs = await repeat(bench.runs, async (run) => {
    const results: Awaited<ReturnType<typeof measure>>[] = []
    for (const question of questions) results.push(await measure(question, run * times, times * 0.9, times * 0.1))
    const worst = Math.max(...results.map(({ server }) => server.p99))
    bench.say(`P8 run ${run}/${bench.runs}: ${questions.map(({ name }, n) => `${name} ${ms(results[n]!.server.p99)}`).join('; ')}; worst p99 ${ms(worst)}`) // prettier-ignore
    const machine = percentiles(await driver.call('count', { times, up_to: counted_up_to }))
    bench.say(
      `P8: a statement that only counts took ${ms(machine.p50)} at the median and ${ms(machine.p99)} at the 99th percentile`,
    )
    return { results, machine, rss: memoryOf(veza.pid).rss_bytes }
  })
  const [sizes] = await world.sql<{ messages: number; documents: number; words: number }[]>`
    select pg_total_relation_size('messages') as messages, pg_relation_size('message_search') as documents, pg_relation_size('message_search_document') as words`
  await Promise.all([client.stop(), driver.stop()])
  await veza.stop()
  await world.drop()

  const each = questions.map(({ name }, n) => ({
    name,
    server: medians(runs.map(({ results }) => results[n]!.server)),
    floor: medians(runs.map(({ results }) => results[n]!.floor)),
  }))
  const latencies = ({ p50, p99, max }: Percentiles) => [ms(p50), ms(p99), ms(max)]
  return {
    figures: each.map(({ name, server, floor }) => ({
      id: 'P8',
      what: `${name}, p99: a room of ${count(messages)}`,
      measured: ms(server.p99),
      floor: ms(floor.p99),
      ratio: server.p99 / floor.p99,
      target: `under ${target_ms} ms`,
      holds: server.p99 < target_ms,
    })),
    tables: [
      {
        title: `P8: one question after the other, ${times} of each kind a run`,
        head: ['', 'p50', 'p99', 'worst', 'driver alone: p50', 'p99', 'worst'],
        rows: [
          ...each.map(({ name, server, floor }) => [name, ...latencies(server), ...latencies(floor)]),
          ['a statement that only counts', '', '', '', ...latencies(medians(runs.map(({ machine }) => machine)))],
        ],
      },
      {
        title: 'P8: what it takes',
        head: ['messages with their indexes', 'documents of the search', 'index of words', 'indexed a second', 'RSS of the server afterwards'],
        rows: [[mb(sizes!.messages), mb(sizes!.documents), mb(sizes!.words), count(indexed), mb(runs.at(-1)!.rss)]],
      },
    ],
    runs,
  } // prettier-ignore
}

/** Words by how often they are said, so that each question of a kind is about another one. */
async function questionsOf(sql: Sql, messages: number): Promise<Question[]> {
  const words = wordsOfTheRoom()
  const said = await sql<{ content: string }[]>`
    select content from messages where id in (select 1 + floor(random() * ${messages}::integer)::integer from generate_series(1, 1000)) and content like '% % % %'`
  const from = (first: number, last: number) => (n: number) => words[first + ((n * 7) % (last - first))]!
  const [common, medium, rare, rarest] = [from(0, 12), from(100, 400), from(2_000, 10_000), from(20_000, 50_000)]
  const sentence = (n: number) => said[n % said.length]!.content.split(' ')

  const search = (name: string, query: (n: number) => string, more: object = { room_id }): Question => ({
    name: `search, ${name}`,
    type: 'search_messages',
    data: (n) => ({ query: query(n), ...more }),
  })
  const sync = (name: string, since_seq: number): Question => ({
    name: `sync, ${name}`,
    type: 'sync',
    data: () => ({ cursors: [{ room_id, since_seq }] }),
  })
  const history = (name: string, where: (n: number) => object): Question => ({
    name: `history, ${name}`,
    type: 'get_history',
    data: (n) => ({ room_id, ...where(n) }),
  })
  return [
    history('the newest page', () => ({})),
    history('a page anywhere', (n) => ({ before_id: 1 + ((n * 7_919_377) % messages) })),
    sync('20 changes', messages - 20),
    sync('500 changes, a quarter of a megabyte', messages - 500),
    sync('too many changes: the newest page', 1),
    search('a very common word', common),
    search('a medium word', medium),
    search('a rare word', rare),
    search('a very rare word', rarest),
    search('a word nobody said', (n) => `nobody${n}`),
    search('two words', (n) => `${medium(n)} ${rare(n)}`),
    search('two medium words', (n) => `${medium(n)} ${medium(n + 5)}`),
    search('a phrase that was said', (n) => `"${sentence(n).slice(1, 3).join(' ')}"`),
    search('a phrase of common words', (n) => `"${common(n)} ${common(n + 1)}"`),
    search('a beginning of 3 letters', (n) => `${rare(n).slice(0, 3)}*`),
    search('a beginning of 5 letters', (n) => `${rare(n).slice(0, 5)}*`),
    search('a word without another', (n) => `${medium(n)} -${common(n)}`),
    search('a word of one author', (n) => medium(n), { room_id, author_id: first_user + 500 }),
    search('a word anywhere', medium, {}),
  ]
}
