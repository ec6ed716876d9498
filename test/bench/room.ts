// One room under a steady load, and its floors: the processes of P1 and P3.
import type { BareInsertJobs } from './bare-inserts.ts'
import { content } from './bare-row.ts'
import type { BareServerJobs } from './bare-server.ts'
import type { Beat, ClientJobs } from './clients.ts'
import { now, sleepUntil } from './clock.ts'
import type { Bench } from './part.ts'
import { cpuOf, cpuOfFamily, memoryOf } from './proc.ts'
import type { Percentiles } from './stats.ts'
import { startVeza } from './veza.ts'
import { hire, type Worker } from './worker.ts'
import { createWorld, first_room, first_user } from './world.ts'

export const sockets = 1000
const senders = 10
/** Every tenth socket is measured, a hundred of them over the whole order in which the server writes. */
const every = 10

/** Messages a second, and how long. */
export interface Pace {
  per_second: number
  warmup_s: number
  measured_s: number
}

export interface Load {
  latency: Percentiles
  missing: number
  refused: number
  /** CPU seconds per message delivered to one socket. */
  server_cpu: number
  clients_cpu: number
}

/** A thousand listeners and ten speakers on the server, on a bare broadcast, and on a bare broadcast that commits a row first. */
export async function createRoom({ program, directory }: Bench) {
  const world = await createWorld({ users: sockets + senders, rooms: 1, rooms_each: 1 })
  const veza = await startVeza({ program, directory: `${directory}/room`, database_url: world.url })
  const listeners = hire<ClientJobs>('clients.ts')
  const speakers = hire<ClientJobs>('clients.ts')
  const publisher = hire<BareServerJobs>('bare-server.ts')
  const committer = hire<BareServerJobs>('bare-server.ts')
  const inserter = hire<BareInsertJobs>('bare-inserts.ts')
  let loads = 0

  const enter = async (group: string, port: number, listener: object, speaker: object) => {
    await listeners.call('open', { group, port, count: sockets, ...listener })
    await speakers.call('open', { group, port, count: senders, path: '/quiet', ...speaker })
  }
  await enter('bare', (await publisher.call('listen', { kind: 'publish' })).port, {}, {})
  await enter('commit', (await committer.call('listen', { kind: 'commit', database_url: world.url })).port, {}, {})
  await enter('veza', veza.port, { first_user, subscribe: 'all' }, { first_user: first_user + sockets, path: '/ws' })
  const event = await eventOf(listeners, speakers)

  async function load(group: string, pid: number, template: string, pace: Pace): Promise<Load> {
    const interval = 1000 / pace.per_second
    const [warmup, count] = [pace.warmup_s * pace.per_second, pace.measured_s * pace.per_second]
    const beat: Beat = { start: now() + 300, interval }
    const hearing = listeners.call('hear', { ...beat, group, warmup, count, every })
    const saying = speakers.call('say', { ...beat, group, count: warmup + count, template })
    const cpus = () => [cpuOf(pid), cpuOf(listeners.pid) + cpuOf(speakers.pid)] as const
    await sleepUntil(beat.start + warmup * interval)
    const before = cpus()
    await sleepUntil(beat.start + (warmup + count) * interval)
    const after = cpus()
    const [{ latency, expected, delivered }, { refused }] = await Promise.all([hearing, saying])
    const [server_cpu, clients_cpu] = [0, 1].map((n) => (after[n]! - before[n]!) / (count * sockets)) as [
      number,
      number,
    ]
    return { latency, missing: expected - delivered, refused, server_cpu, clients_cpu }
  }

  return {
    /** Bytes of one event; the floors pass on frames of exactly the server's shape and size. */
    event_bytes: event.length,
    rss: () => memoryOf(veza.pid).rss_bytes,

    measure: async (pace: Pace) => {
      const messages = (pace.warmup_s + pace.measured_s) * pace.per_second
      const postgres = cpuOfFamily(world.postgres_pid)
      const server = await load('veza', veza.pid, sendFrame(`room-${++loads}-{n}`), pace)
      const database_cpu = (cpuOfFamily(world.postgres_pid) - postgres) / messages
      const publish = await load('bare', publisher.pid, event, pace)
      const commit = await inserter.call('commits', {
        url: world.url,
        interval: 1000 / pace.per_second,
        count: Math.ceil((pace.measured_s * pace.per_second) / 2),
      })
      const composite = await load('commit', committer.pid, event, pace)
      return { server, publish, commit, composite, database_cpu }
    },

    /** Ends everything; how many sockets the server had lost. */
    close: async (): Promise<number> => {
      const parted = await Promise.all([listeners, speakers].map((each) => each.call('part', { group: 'veza' })))
      await Promise.all([listeners, speakers, publisher, committer, inserter].map((worker) => worker.stop()))
      await veza.stop()
      await world.drop()
      return parted.reduce((sum, { lost }) => sum + lost, 0)
    },
  }
}

const sendFrame = (client_id: string) =>
  JSON.stringify({ type: 'send_message', id: 1, data: { room_id: first_room, content, metadata: { client_id } } })

/** An event of the server, as a template for the floors. */
async function eventOf(listeners: Worker<ClientJobs>, speakers: Worker<ClientJobs>): Promise<string> {
  const overheard = listeners.call('overhear', { group: 'veza' })
  const template = sendFrame('room-0-{n}')
  await speakers.call('say', { group: 'veza', count: 1, template, start: now(), interval: 1 })
  return (await overheard).replace(/#\d{6}#/, '#{n}#').replace(/-\d{6}"/, '-{n}"')
}
