// P1 and P3: one room of 1,000 sockets, 200 messages a second; and 50 a second beside it, where no core is full.
import { type Bench, count, mb, ms, type Part, repeat, type Table, us } from './part.ts'
import { createRoom, type Load, sockets } from './room.ts'
import { median, medians, type Percentiles } from './stats.ts'

const target_pace = 200
const paces = [target_pace, 50]

type Room = Awaited<ReturnType<typeof createRoom>>
type Measured = Awaited<ReturnType<Room['measure']>>

export async function measureFanout(bench: Bench): Promise<Part> {
  const length = bench.quick ? { warmup_s: 1, measured_s: 3 } : { warmup_s: 3, measured_s: 10 }
  bench.say(`P1, P3: ${sockets} sockets on the server and on each floor`)
  const room = await createRoom(bench)
  const runs = await repeat(bench.runs, async (run) => {
    const measured = []
    for (const per_second of paces) {
      const one = await room.measure({ per_second, ...length })
      measured.push(one)
      bench.say(
        `P1 run ${run}/${bench.runs}, ${per_second} messages/s: p99 ${ms(one.server.latency.p99)}; ` +
          `bare broadcast ${ms(one.publish.latency.p99)}, commit ${ms(one.commit.p99)}, both ${ms(one.composite.latency.p99)}`,
      )
    }
    return { measured, rss: room.rss() }
  })
  const lost = await room.close()

  const results = paces.map((per_second, index) => ({
    per_second,
    ...summary(runs.map((run) => run.measured[index]!)),
  }))
  return {
    figures: results.flatMap((result) => figuresOf(result, lost)),
    tables: [
      ...results.map((result) => tableOf(result, room.event_bytes)),
      { title: 'P1: the server afterwards', head: ['RSS'], rows: [[mb(median(runs.map((run) => run.rss)))]] },
    ],
    runs,
  }
}

function summary(runs: Measured[]) {
  const of = (name: 'server' | 'publish' | 'composite') => {
    const loads: Load[] = runs.map((run) => run[name])
    return {
      latency: medians(loads.map((load) => load.latency)),
      missing: loads.reduce((sum, load) => sum + load.missing + load.refused, 0),
      server_cpu: median(loads.map((load) => load.server_cpu)),
      clients_cpu: median(loads.map((load) => load.clients_cpu)),
    }
  }
  return {
    server: of('server'),
    publish: of('publish'),
    composite: of('composite'),
    commit: medians(runs.map((run) => run.commit)),
    database_cpu: median(runs.map((run) => run.database_cpu)),
  }
}

type Result = ReturnType<typeof summary> & { per_second: number }

function figuresOf({ per_second, server, publish, commit }: Result, lost: number): Part['figures'] {
  const floor = publish.latency.p99 + commit.p99
  const latency = server.latency.p99 / floor
  const cpu = server.server_cpu / publish.server_cpu
  const whole = lost === 0 && server.missing === 0
  const judged = per_second === target_pace
  const load = `${count(sockets)} sockets, ${per_second} messages/s`
  return [
    {
      id: 'P1',
      what: `send to receipt, p99: ${load}`,
      measured: ms(server.latency.p99),
      floor: `${ms(floor)} (broadcast ${ms(publish.latency.p99)} + commit ${ms(commit.p99)})`,
      ratio: latency,
      target: judged ? 'at most 1.5 x' : '',
      holds: judged ? whole && latency <= 1.5 : null,
    },
    {
      id: 'P3',
      what: `CPU of the server per delivered message: ${load}`,
      measured: us(server.server_cpu),
      floor: us(publish.server_cpu),
      ratio: cpu,
      target: judged ? 'at most 1.3 x' : '',
      holds: judged ? whole && cpu <= 1.3 : null,
    },
  ]
}

function tableOf({ per_second, server, publish, composite, commit, database_cpu }: Result, event_bytes: number): Table {
  const latencies = ({ p50, p99, p999, max }: Percentiles) => [ms(p50), ms(p99), ms(p999), ms(max)]
  const row = (name: string, { latency, server_cpu, clients_cpu }: Result['server'], database = '') => [
    name, ...latencies(latency), us(server_cpu), `${(server_cpu * sockets * per_second * 100).toFixed(0)} %`, us(clients_cpu), database,
  ] // prettier-ignore
  return {
    title: `P1 and P3 at ${per_second} messages/s, from when a message was due to its receipt: ${event_bytes} bytes an event, ${server.missing} missing`,
    head: ['', 'p50', 'p99', 'p99.9', 'worst', 'server CPU / delivery', 'of a core', 'clients CPU / delivery', 'PostgreSQL CPU / message'], // prettier-ignore
    rows: [
      row('Veza Chat', server, us(database_cpu)),
      row('bare broadcast', publish),
      ['bare commit of one row', ...latencies(commit), '', '', '', ''],
      row('bare commit, then bare broadcast', composite),
    ],
  }
}
