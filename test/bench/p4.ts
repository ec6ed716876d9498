// P4: what an idle socket costs.
import type { BareServerJobs } from './bare-server.ts'
import type { ClientJobs } from './clients.ts'
import { type Bench, count, kb, mb, type Part, repeat } from './part.ts'
import { restingMemory } from './proc.ts'
import { median } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createWorld, first_user } from './world.ts'

const rooms = 300
const rooms_each = 3
const crews = 2
/** Connected and gone before the first look, so that what is paid once is not counted for each. */
const warming = 200

interface Weight {
  before: number
  after: number
  each: number
  connected_per_second: number
  lost: number
}

export async function measureIdle(bench: Bench): Promise<Part> {
  const sockets = bench.quick ? 2000 : 10_000
  const world = await createWorld({ users: sockets, rooms, rooms_each })

  /** The sockets of one server, by two processes. */
  function hireCrews(port: number, users: boolean) {
    const clients = Array.from({ length: crews }, () => hire<ClientJobs>('clients.ts'))
    return {
      /** Resolves with the seconds it took. */
      open: async (group: string, size: number): Promise<number> => {
        const begun = performance.now()
        const wishes = clients.map((_, index) => ({
          group,
          port,
          count: size,
          ...(users && { first_user: first_user + index * size, subscribe: 'all' as const }),
        }))
        await Promise.all(clients.map((crew, index) => crew.call('open', wishes[index]!)))
        return (performance.now() - begun) / 1000
      },
      /** Resolves with how many had been lost. */
      part: async (group: string): Promise<number> => {
        const parted = await Promise.all(clients.map((crew) => crew.call('part', { group })))
        return parted.reduce((sum, { lost }) => sum + lost, 0)
      },
      stop: () => Promise.all(clients.map((crew) => crew.stop())),
    }
  }

  const runs = await repeat(bench.runs, async (run) => {
    const directory = `${bench.directory}/p4-${run}`
    const veza = await startVeza({ program: bench.program, directory, database_url: world.url })
    const bare = hire<BareServerJobs>('bare-server.ts')
    const { port } = await bare.call('listen', { kind: 'idle' })
    const pids = [veza.pid, bare.pid]
    const [ours, theirs] = [hireCrews(veza.port, true), hireCrews(port, false)]
    for (const crew of [ours, theirs]) {
      await crew.open('warming', warming / crews)
      await crew.part('warming')
    }
    const before = await restingMemory(pids, bench.quick)
    const seconds = [await ours.open('idle', sockets / crews), await theirs.open('idle', sockets / crews)]
    const after = await restingMemory(pids, bench.quick)
    const lost = [await ours.part('idle'), await theirs.part('idle')]
    await Promise.all([ours.stop(), theirs.stop(), bare.stop()])
    await veza.stop()
    const [server, floor] = pids.map((_, index) => ({
      before: before[index]!,
      after: after[index]!,
      each: (after[index]! - before[index]!) / sockets,
      connected_per_second: sockets / seconds[index]!,
      lost: lost[index]!,
    })) as [Weight, Weight]
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
