// Presence: what it adds to the CPU of one room of 2,000 people, beside their messages.
import { content } from './bare-row.ts'
import type { ClientJobs } from './clients.ts'
import { now, sleepUntil } from './clock.ts'
import { type Bench, count, type Part, repeat, us } from './part.ts'
import type { PresenceAloneJobs } from './presence-alone.ts'
import type { PresenceJobs } from './presence-clients.ts'
import { cpuOf, cpuOfFamily } from './proc.ts'
import { median } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire } from './worker.ts'
import { createWorld, first_room, first_user } from './world.ts'

const people = 2000
const messages_per_second = 20
/** So many people change how they are, half of them by another status, the others by coming or going. */
const changes_per_second = people / 20
/** Both are measured at this rate, above what the clock of a process counts. */
const measured_per_second = 100
/** Those who change their status, by turns. */
const talkers = 200
const senders = 4

const phases = ['idle', 'messages', 'statuses'] as const
type Phase = (typeof phases)[number]
/** CPU seconds per second. */
type Cost = { server: number; database: number }

export async function measurePresence(bench: Bench): Promise<Part> {
  const seconds = bench.quick ? 4 : 15
  const users = people + talkers
  const world = await createWorld({ users: users + senders, rooms: 1, rooms_each: 1 })
  const veza = await startVeza({
    program: bench.program,
    directory: `${bench.directory}/presence`,
    database_url: world.url,
  })
  const { port } = veza
  const listeners = hire<ClientJobs>('clients.ts')
  const speakers = hire<ClientJobs>('clients.ts')
  const alone = hire<PresenceAloneJobs>('presence-alone.ts')
  const others = hire<PresenceJobs>('presence-clients.ts')
  await listeners.call('open', { group: 'room', port, count: people, first_user, subscribe: 'all' })
  await speakers.call('open', { group: 'speakers', port, count: senders, first_user: first_user + users })
  await others.call('settle', { first_user: first_user + people, users: talkers, port })

  async function costOf(run: () => Promise<unknown>): Promise<Cost> {
    // What went before has been told by then.
    await Bun.sleep(3000)
    const look = () => [cpuOf(veza.pid), cpuOfFamily(world.postgres_pid)] as const
    const before = look()
    await run()
    await Bun.sleep(1500)
    const after = look()
    return { server: (after[0] - before[0]) / seconds, database: (after[1] - before[1]) / seconds }
  }

  const load = { port, per_second: measured_per_second, seconds }
  const work: Record<Phase, (run: number) => Promise<unknown>> = {
    idle: () => sleepUntil(now() + seconds * 1000),
    messages: async (run) => {
      const template = JSON.stringify({
        type: 'send_message', id: 1, data: { room_id: first_room, content, metadata: { client_id: `presence-${run}-{n}` } },
      }) // prettier-ignore
      const beat = { start: now(), interval: 1000 / messages_per_second }
      const said = await speakers.call('say', {
        ...beat, group: 'speakers', count: messages_per_second * seconds, template,
      }) // prettier-ignore
      if (said.refused > 0) throw new Error(`${said.refused} messages were refused`)
    },
    statuses: async () => {
      const { refused } = await others.call('restate', { ...load, first_user: first_user + people, users: talkers })
      if (refused > 0) throw new Error(`${refused} statuses were refused`)
    },
  }

  const runs = await repeat(bench.runs, async (run) => {
    const cost = {} as Record<Phase, Cost>
    for (const phase of phases) cost[phase] = await costOf(() => work[phase](run))
    bench.say(
      `presence run ${run}/${bench.runs}: ${phases.map((phase) => `${phase} ${percent(cost[phase].server)}`).join(', ')} of a core`,
    )
    const moving = { database_url: world.url, first_user, users: people, per_second: measured_per_second, seconds }
    const { each } = await alone.call('churn', moving)
    return { cost, each }
  })
  await Promise.all([listeners, speakers, others, alone].map((worker) => worker.stop()))
  await veza.stop()
  await world.drop()

  const beyond = (phase: Phase, part: keyof Cost) =>
    median(runs.map(({ cost }) => cost[phase][part])) - median(runs.map(({ cost }) => cost.idle[part]))
  const messages = beyond('messages', 'server')
  const status = beyond('statuses', 'server') / measured_per_second
  const move = median(runs.map(({ each }) => each))
  const share = ((status + move) * (changes_per_second / 2)) / messages
  return {
    figures: [
      {
        id: 'presence',
        what: `CPU of presence as a part of that of messages: ${count(people)} people in one room, ${messages_per_second} messages/s, ${changes_per_second} changes/s`,
        measured: percent(share),
        floor: '',
        ratio: null,
        target: 'below 5 %',
        holds: share < 0.05,
      },
    ],
    tables: [
      {
        title: `Presence: CPU beyond idle with ${count(people)} people in one room`,
        head: ['', 'server', 'PostgreSQL'],
        rows: [
          [
            `${messages_per_second} messages/s`,
            `${percent(messages)} of a core`,
            `${percent(beyond('messages', 'database'))} of a core`,
          ],
          [
            'another status, with its frame and its reply',
            us(status),
            us(beyond('statuses', 'database') / measured_per_second),
          ],
          ['coming or going, beyond the connection itself', us(move), ''],
        ],
      },
    ],
    runs,
  }
}

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
