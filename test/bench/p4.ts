// P4: what an idle socket costs.
import type { BareServerJobs } from './bare-server.ts'
import type { ClientJobs } from './clients.ts'
import { type Bench, count, kb, mb, type Part, repeat } from './part.ts'
import { settledMemory } from './proc.ts'
import { median } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createWorld, first_user } from './world.ts'

const rooms = 300
const rooms_each = 3
const crews = 2
/** Connected and gone before the first look, so that what is paid once is not counted for each. */
const warming = 200

export async function measureIdle(bench: Bench): Promise<Part> {
  const sockets = bench.quick ? 2000 : 10_000
  const world = await createWorld({ users: sockets, rooms, rooms_each })

  async function weigh(port: number, pid: number, users: boolean) {
    const clients = Array.from({ length: crews }, () => hire<ClientJobs>('clients.ts'))
    const open = (group: string, size: number) =>
      Promise.all(
        clients.map((crew, index) =>
          crew.call('open', {
            group, port, count: size, ...(users && { first_user: first_user + index * size, subscribe: 'all' }),
          }),
        ),
      ) // prettier-ignore
    await open('warming', warming / crews)
    await Promise.all(clients.map((crew) => crew.call('part', { group: 'warming' })))
    const before = await settledMemory(pid)
    const begun = performance.now()
    await open('idle', sockets / crews)
    const seconds = (performance.now() - begun) / 1000
    const after = await settledMemory(pid)
    const lost = await Promise.all(clients.map((crew) => crew.call('part', { group: 'idle' })))
    await Promise.all(clients.map((crew) => crew.stop()))
    return {
      before: before.rss_bytes,
      after: after.rss_bytes,
      each: (after.rss_bytes - before.rss_bytes) / sockets,
      connected_per_second: sockets / seconds,
      lost: lost.reduce((sum, crew) => sum + crew.lost, 0),
    }
  }

  const runs = await repeat(bench.runs, async (run) => {
    const veza = await startVeza({
      program: bench.program,
      directory: `${bench.directory}/p4-${run}`,
      database_url: world.url,
    })
    const server = await weigh(veza.port, veza.pid, true)
    await veza.stop()
    const bare = hire<BareServerJobs>('bare-server.ts')
    const { port } = await bare.call('listen', { kind: 'idle' })
    const floor = await weigh(port, bare.pid, false)
    await bare.stop()
    bench.say(
      `P4 run ${run}/${bench.runs}: ${kb(server.each)} a socket, ${mb(server.after)} in all; bare ${kb(floor.each)}`,
    )
    return { server, floor }
  })
  await world.drop()

  const each = median(runs.map((run) => run.server.each))
  const floor = median(runs.map((run) => run.floor.each))
  const lost = runs.reduce((sum, run) => sum + run.server.lost, 0)
  const row = (name: string, all: (typeof runs)[number]['server'][]) => [
    name,
    mb(median(all.map((one) => one.before))),
    mb(median(all.map((one) => one.after))),
    `${kb(Math.min(...all.map((one) => one.each)))} to ${kb(Math.max(...all.map((one) => one.each)))}`,
    count(median(all.map((one) => one.connected_per_second))),
  ]
  return {
    figures: [
      {
        id: 'P4',
        what: `RSS per idle authenticated socket with ${rooms_each} rooms, ${count(sockets)} sockets`,
        measured: kb(each),
        floor: kb(floor),
        ratio: each / floor,
        target: 'at most 6 KB',
        holds: bench.quick ? null : lost === 0 && each <= 6 * 1024,
      },
    ],
    tables: [
      {
        title: `P4: memory of the process; ${lost} sockets lost`,
        head: ['', 'RSS before', 'RSS with all', 'each socket', 'sockets/s while connecting'],
        rows: [row('Veza Chat', runs.map((run) => run.server)), row('bare Bun', runs.map((run) => run.floor))], // prettier-ignore
      },
    ],
    runs,
  }
}
