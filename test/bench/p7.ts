// P7: how soon the program serves, and what it takes when nobody is there.
import { type Bench, mb, ms, type Part, repeat } from './part.ts'
import { type Memory, memoryOf } from './proc.ts'
import { median } from './stats.ts'
import { startVeza } from './veza.ts'
import { createWorld } from './world.ts'

const idle_ms = 5000

interface Start {
  ready_ms: number
  stop_ms: number
  memory: Memory
}

export async function measureStart(bench: Bench): Promise<Part> {
  const { program, directory } = bench
  const world = await createWorld({ users: 100, rooms: 10, rooms_each: 3 })

  async function start(where: string, database_url?: string): Promise<Start> {
    const veza = await startVeza({ program, directory: where, ...(database_url !== undefined && { database_url }) })
    await Bun.sleep(bench.quick ? 1000 : idle_ms)
    const memory = memoryOf(veza.pid)
    return { ready_ms: veza.ready_ms, stop_ms: await veza.stop(), memory }
  }

  const runs = await repeat(bench.runs, async (run) => {
    const external = await start(`${directory}/p7-external`, world.url)
    const first = await start(`${directory}/p7-${run}`)
    const warm = await start(`${directory}/p7-${run}`)
    bench.say(`P7 run ${run}/${bench.runs}: ready in ${ms(external.ready_ms)} on an existing database, ${ms(warm.ready_ms)} embedded warm, ${ms(first.ready_ms)} embedded first`) // prettier-ignore
    return { external, first, warm }
  })
  await world.drop()

  const kinds = ['external', 'warm', 'first'] as const
  const middle = (kind: (typeof kinds)[number], of: (start: Start) => number) =>
    median(runs.map((run) => of(run[kind])))
  const [external, warm, first] = kinds.map((kind) => middle(kind, (start) => start.ready_ms)) as [
    number,
    number,
    number,
  ]
  const rss = middle('external', (start) => start.memory.rss_bytes)
  const names = { external: 'an existing database', warm: 'embedded, warm', first: 'embedded, the first time' }
  const figure = (what: string, measured: string, target: string, holds: boolean | null) => ({ id: 'P7', what, measured, floor: '', ratio: null, target, holds }) // prettier-ignore
  return {
    figures: [
      figure('program to /ready, existing database', ms(external), 'under 300 ms', external < 300),
      figure('program to /ready, embedded, warm', ms(warm), 'under 1 s', warm < 1000),
      figure('program to /ready, embedded, the first time', ms(first), '', null),
      figure('idle RSS without the database', mb(rss), 'under 120 MB', rss < 120 * 2 ** 20),
    ],
    tables: [
      {
        title: 'P7: start, idle, stop',
        head: ['', 'ready', 'slowest', 'idle RSS', 'of it not the program file', 'stop after SIGTERM'],
        rows: kinds.map((kind) => [
          names[kind],
          ms(middle(kind, (start) => start.ready_ms)),
          ms(Math.max(...runs.map((run) => run[kind].ready_ms))),
          mb(middle(kind, (start) => start.memory.rss_bytes)),
          mb(middle(kind, (start) => start.memory.anonymous_bytes)),
          ms(middle(kind, (start) => start.stop_ms)),
        ]),
      },
    ],
    runs,
  }
}
