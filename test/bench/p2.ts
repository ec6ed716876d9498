// P2: 64 sockets over 16 rooms, as fast as they are acknowledged.
import type { BareInsertJobs } from './bare-inserts.ts'
import { content } from './bare-row.ts'
import type { ClientJobs } from './clients.ts'
import { sleepUntil, now } from './clock.ts'
import { type Bench, count, mb, ms, type Part, repeat, us } from './part.ts'
import { cpuOf, cpuOfFamily, memoryOf } from './proc.ts'
import { median, medians } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createWorld, first_room, first_user } from './world.ts'

const sockets = 64
const rooms = Array.from({ length: 16 }, (_, n) => first_room + n)
const rows = 100
const connections = 4

/** `joined`: the sockets have the live feed of their room, four to a room, so each message is also delivered four times. */
const loads = [
  { name: '8 in flight each', in_flight: 8, group: 'joined' },
  { name: '32 in flight each', in_flight: 32, group: 'joined' },
  { name: '32 in flight each, nobody listening', in_flight: 32, group: 'deaf' },
]

export async function measureSends(bench: Bench): Promise<Part> {
  const [warmup, measured] = bench.quick ? [500, 2000] : [1500, 5000]
  const world = await createWorld({ users: sockets, rooms: rooms.length, rooms_each: 1 })
  const veza = await startVeza({ program: bench.program, directory: `${bench.directory}/p2`, database_url: world.url })
  const clients = hire<ClientJobs>('clients.ts')
  const inserter = hire<BareInsertJobs>('bare-inserts.ts')
  await clients.call('open', { group: 'joined', port: veza.port, count: sockets, first_user, subscribe: 'all' })
  await clients.call('open', { group: 'deaf', port: veza.port, count: sockets, first_user, subscribe: 'none' })

  const cpus = () => [cpuOf(veza.pid), cpuOf(clients.pid), cpuOfFamily(world.postgres_pid), cpuOf(inserter.pid)]

  /** CPU seconds over the measured time, of the server, the clients, PostgreSQL and the inserter. */
  async function watched<T>(work: Promise<T>): Promise<{ result: T; cpu: number[] }> {
    const begin = now() + warmup
    await sleepUntil(begin)
    const before = cpus()
    await sleepUntil(begin + measured)
    const after = cpus()
    return { result: await work, cpu: after.map((each, index) => each - before[index]!) }
  }

  async function race(load: (typeof loads)[number], run: number) {
    const { group, in_flight, name } = load
    const { result, cpu } = await watched(
      clients.call('race', { group, in_flight, rooms, warmup, measured, run: `p2-${run}-${name}`, content: content.replace('{n}', '000000') }),
    ) // prettier-ignore
    const { acknowledged, delivered, refused, seconds, latency } = result
    const [server = 0, client = 0, postgres = 0] = cpu.map((each) => each / acknowledged)
    return {
      per_second: acknowledged / seconds,
      delivered: delivered / seconds,
      refused,
      latency,
      server,
      client,
      postgres,
    }
  }

  const runs = await repeat(bench.runs, async (run) => {
    const bulk = await watched(inserter.call('bulk', { url: world.url, connections, rows, warmup, measured }))
    const written = bulk.result.rows
    const floor = {
      per_second: written / bulk.result.seconds,
      postgres: bulk.cpu[2]! / written,
      client: bulk.cpu[3]! / written,
    }
    const raced: Raced[] = []
    for (const load of loads) raced.push(await race(load, run))
    const said = loads.map(({ name }, index) => `${name} ${count(raced[index]!.per_second)}/s`)
    bench.say(`P2 run ${run}/${bench.runs}: floor ${count(floor.per_second)} rows/s; ${said.join('; ')}`)
    return { floor, raced, rss: memoryOf(veza.pid).rss_bytes }
  })
  type Raced = Awaited<ReturnType<typeof race>>
  await Promise.all([clients.stop(), inserter.stop()])
  await veza.stop()
  await world.drop()

  const floor = median(runs.map((run) => run.floor.per_second))
  const each = loads.map((load, index) => {
    const raced = runs.map((run) => run.raced[index]!)
    const middle = (of: (one: (typeof raced)[number]) => number) => median(raced.map(of))
    const rate = middle((one) => one.per_second)
    const refused = raced.reduce((sum, one) => sum + one.refused, 0)
    return { ...load, rate, refused, latency: medians(raced.map((one) => one.latency)), middle }
  })
  return {
    figures: each.map(({ name, rate, refused }) => ({
      id: 'P2',
      what: `acknowledged sends/s, ${sockets} sockets over ${rooms.length} rooms, ${name}`,
      measured: `${count(rate)}/s`,
      floor: `${count(floor)} rows/s`,
      ratio: rate / floor,
      target: 'at least 0.5 x',
      holds: refused === 0 && rate / floor >= 0.5,
    })),
    tables: [
      {
        title: 'P2: where the time of one send goes',
        head: ['', 'sends/s', 'deliveries/s', 'p50', 'p99', 'p99.9', 'server CPU', 'PostgreSQL CPU', 'clients CPU'],
        rows: [
          ...each.map(({ name, rate, latency, middle }) => [
            name, count(rate), count(middle((one) => one.delivered)), ms(latency.p50), ms(latency.p99), ms(latency.p999),
            us(middle((one) => one.server)), us(middle((one) => one.postgres)), us(middle((one) => one.client)),
          ]),
          [
            `bare inserts of ${rows} rows on ${connections} connections`, count(floor), '', '', '', '', '',
            us(median(runs.map((run) => run.floor.postgres))), us(median(runs.map((run) => run.floor.client))),
          ],
        ],
      },
      { title: 'The server after P2', head: ['RSS'], rows: [[mb(median(runs.map((run) => run.rss)))]] },
    ],
    runs,
  } // prettier-ignore
}
