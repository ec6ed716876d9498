import { createThreads } from '../../src/features/conversations/index.ts'
import { createExpiry, createTelling } from '../../src/features/messages/index.ts'
import { type Bus, createExchange, createMemoryBus } from '../../src/platform/bus/index.ts'
import { recordLog } from '../services/log.ts'
import { type Account, type Overrides, startServer } from '../services/server.ts'
import { Broken } from './client-model.ts'
import { createPerson, type Person } from './person.ts'
import type { Frame } from './wire.ts'

export interface WorldOptions {
  limits?: Overrides['limits']
  /** Between the server and its own bus. */
  bus?(bus: Bus): Bus
}

export interface Tamper {
  (person: number, frame: Frame): Frame[]
}

export type World = Awaited<ReturnType<typeof openWorld>>
export type Scene = Awaited<ReturnType<World['scene']>>

/** The owner's second connection, which never goes away, sees every position of every log. */
const witness = 5

/** One server and five people; each run has a scene of its own: a public room, a private room that the last of them may not see, and a DM of the first two. */
export async function openWorld(options: WorldOptions = {}) {
  const exchange = createExchange()
  const own = createMemoryBus(exchange)
  const server = await startServer({ limits: { hot_tail_events: 16, ...options.limits } }, undefined, {
    bus: options.bus?.(own) ?? own,
  })
  const { sql } = server
  const people: Account[] = []
  for (const n of [0, 1, 2, 3, 4]) people.push(await server.register(`user${n}`))
  const [first, second] = people as [Account, Account]
  // As another node would, so that a run need not wait for the server's own timer.
  const bus = createMemoryBus(exchange)
  const log = recordLog()
  const expiry = createExpiry({
    sql,
    telling: createTelling(bus),
    threads: createThreads({ sql, bus, log }),
    log,
    change_memory_ms: 3_600_000,
  })

  const room = async (is_public: boolean, members: readonly Account[]): Promise<number> => {
    const slug = `r-${crypto.randomUUID()}`
    const ids = members.map(({ id }) => id)
    const [row] = await sql<{ id: number }[]>`
      with place as (
        insert into conversations (kind, slug, name, is_public, member_count) values ('room', ${slug}, ${slug}, ${is_public}, ${ids.length}) returning id
      ), entered as (
        insert into members (conversation_id, user_id, role)
        select place.id, who, case when who = ${first.id} then 'owner' when who = ${second.id} then 'moderator' else 'member' end
        from place, unnest(${ids}::bigint[]) who
      ) select id from place`
    return row?.id ?? 0
  }

  const dm = async (): Promise<number> => {
    await sql`delete from blocks`
    await sql`delete from conversations where kind = 'dm'`
    const [row] = await sql<{ id: number }[]>`
      with place as (
        insert into conversations (kind, dm_low, dm_high, member_count) values ('dm', ${first.id}, ${second.id}, 2) returning id
      ), entered as (insert into members (conversation_id, user_id) select place.id, who from place, unnest(${[first.id, second.id]}::bigint[]) who)
      select id from place`
    return row?.id ?? 0
  }

  /** Fresh conversations, with everybody connected and joined. */
  async function scene(tamper: Tamper = (_, frame) => [frame]) {
    const [open, closed, direct] = [await room(true, people), await room(false, people.slice(0, 4)), await dm()]
    const places = [open, closed, direct]
    const broken: unknown[] = []
    /** Each event of each conversation, as the first who got it did. */
    const told = new Map<string, string>()
    const resynced = new Set<number>()
    const mayFollow = (who: number, place: number) => place === open || (place === closed ? who % 5 !== 4 : who % 5 < 2)

    const onLogEvent = (conversation_id: number, position: number, frame: Frame) => {
      const key = `${conversation_id} ${position}`
      const before = told.get(key)
      const now = JSON.stringify(frame)
      if (before === undefined) told.set(key, now)
      else if (before !== now) broken.push(new Broken(`position ${key} was told twice: ${before} and ${now}`))
    }
    const actors: Person[] = [...people, first].map((account, who) => {
      const person = createPerson({
        wsUrl: server.wsUrl,
        account,
        tamper: (frame) => tamper(who, frame),
        onLogEvent,
        onResync: (id) => resynced.add(id),
        onBroken: (cause) => broken.push(cause),
      })
      for (const place of places) if (mayFollow(who, place)) person.model.know(place, place === direct)
      return person
    })
    const resume = (person: Person) =>
      person.connect({
        memberships: true,
        resume: [...person.model.conversations.values()].map(({ id, position }) => ({
          ...person.reference(id),
          since_seq: position,
        })),
      })
    await Promise.all(actors.map(resume))
    return {
      places,
      open,
      closed,
      direct,
      broken,
      told,
      resynced,
      actors: actors.slice(0, witness),
      everybody: actors,
      mayFollow,
      resume,
      end: async () => {
        for (const each of actors) each.vanish()
        // So that `subscribe: "all"` of the next run does not join them.
        await sql`delete from members where conversation_id = any (${places}::bigint[])`
      },
    }
  }

  return {
    server,
    sql,
    people,
    expiry,
    /** Log messages may be lost on their way. */
    faulty: options.bus !== undefined,
    scene,
    heads: async (places: readonly number[]) => {
      const rows = await sql<{ id: number; seq: number; number: number }[]>`
        select id, last_seq as seq, message_count as number from conversations where id = any (${places}::bigint[])`
      return new Map(rows.map((row) => [row.id, row]))
    },
    close: async () => {
      await expiry.stop()
      await server.close()
    },
  }
}
