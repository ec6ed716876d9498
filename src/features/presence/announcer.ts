import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Presences } from './presences.ts'
import * as queries from './queries.ts'
import type { AudienceRow } from './queries.ts'
import type { UserPresence } from './schema.ts'
import { asOthersSee, asOwn, presenceEvent } from './view.ts'
import type { Whereabouts } from './whereabouts.ts'

export interface AnnouncerOptions {
  sql: Sql
  bus: Bus
  log: Log
  presences: Presences
  whereabouts: Whereabouts
  /** Larger rooms hear of nobody's presence; 0 means no limit. */
  max_members: number
}

/** A user with a connection to this node, or with one that ended a moment ago. */
interface Person {
  connections: number
  /** Invisible: offline for others although connected. */
  hidden: boolean
  /** What others heard last; null is offline, and empty what only those know who asked. */
  told: string | null
  /** Something but the number of connections is new since. */
  changed: boolean
  /** The status or its message is new since, for the user's own devices. */
  restated: boolean
  /** Milliseconds since the epoch; 0 while connected. */
  ended_at: number
}

/** A change is told this long after it, together with those that follow it: at most once in so long, and a page that is loaded anew says nothing. */
const wait_ms = 1000
/** Changes that come due within so long are told together. */
const grain_ms = 500
const batch = 500
const save_batch = 5000
const query_timeout_ms = 10_000

/**
 * Tells others how the users of this node are, and keeps when they were last seen. One query finds the audiences of all who changed meanwhile, and nothing runs
 * for who stays as they are.
 */
export function createAnnouncer({ sql, bus, log, presences, whereabouts, max_members }: AnnouncerOptions) {
  const people = new Map<number, Person>()
  /** When each change is due; as all wait equally long, the first is due first. */
  const due = new Map<number, number>()
  let timer: Timer | undefined
  let flushing: Promise<void> | null = null
  let told = 0
  let failures = 0
  let closed = false

  const arm = () => {
    if (timer !== undefined || flushing !== null || closed) return
    const [first] = due.values()
    if (first === undefined) return
    const at = Math.max(Math.ceil(first / grain_ms) * grain_ms, Math.floor(Date.now() / grain_ms + 1) * grain_ms)
    timer = setTimeout(begin, Math.max(1, at - Date.now()))
  }

  const mark = (user_id: number) => {
    if (due.has(user_id)) return
    due.set(user_id, Date.now() + wait_ms)
    arm()
  }

  function begin(): void {
    timer = undefined
    flushing = flush().finally(() => {
      flushing = null
      arm()
    })
  }

  async function flush(): Promise<void> {
    const ids = takeDue()
    const changed = new Set<number>()
    for (const id of ids) if (isNews(id)) changed.add(id)
    try {
      await saveSeen(ids)
      await announce(changed)
      failures = 0
    } catch (error) {
      if (failures++ === 0) log.warn('Presence could not be saved and told; trying again', { error })
      for (const id of ids) {
        const person = people.get(id)
        if (person !== undefined && changed.has(id)) person.changed = true
        mark(id)
      }
      return
    }
    for (const id of ids) if (people.get(id)?.connections === 0 && !due.has(id)) people.delete(id)
  }

  function takeDue(): number[] {
    const now = Date.now()
    const ids: number[] = []
    for (const [id, at] of due) {
      if (at > now || ids.length === batch) break
      ids.push(id)
    }
    for (const id of ids) due.delete(id)
    return ids
  }

  /** Whether it is worth a look what others are to be told; taken up, the change counts as told. */
  function isNews(id: number): boolean {
    const person = people.get(id)
    if (person === undefined) return false
    const { changed } = person
    person.changed = false
    return changed || presences.connections(id) > 0 !== (person.told !== null)
  }

  async function saveSeen(ids: Iterable<number>, max = batch): Promise<void> {
    const seen = []
    for (const user_id of ids) {
      const person = people.get(user_id)
      if (person !== undefined && person.ended_at > 0 && presences.connections(user_id) === 0)
        seen.push({ user_id, at: person.ended_at })
    }
    for (let from = 0; from < seen.length; from += max)
      await within(query_timeout_ms, queries.saveLastSeen(sql, seen.slice(from, from + max)))
  }

  async function announce(changed: ReadonlySet<number>): Promise<void> {
    if (changed.size === 0) return
    const rooms = new Set<number>()
    for (const id of changed) for (const room_id of whereabouts.of(id)) rooms.add(room_id)
    const rows = await within(query_timeout_ms, queries.audiences(sql, [...changed], max_members, [...rooms]))
    told++
    const found = new Map(rows.map((row) => [row.id, row]))
    // Who changed first is told of first.
    for (const id of changed) {
      const [person, row] = [people.get(id), found.get(id)]
      if (person !== undefined && row !== undefined) tell(person, row)
    }
  }

  function tell(person: Person, row: AudienceRow): void {
    const { id } = row
    const online = presences.connections(id) > 0
    if (!due.has(id)) person.hidden = row.presence === 'invisible'
    const isPublic = new Set(row.public_rooms)
    const joined = whereabouts.of(id)
    const own = asOwn(row, online, joined.find((room_id) => isPublic.has(room_id)) ?? null)
    // What was read may be older than a status saved just now: whoever hides by either is hidden.
    const seen = asOthersSee(person.hidden ? { ...own, status: 'invisible' } : own)
    const summary = seen.status === 'offline' ? null : JSON.stringify([seen.status, seen.message, seen.current_room])
    if (summary !== person.told) spread(row, seen)
    person.told = summary
    if (!person.restated) return
    person.restated = false
    // A device that is alone has heard it with the others of a room; of several, some may not have. Last, as they may have heard it before.
    const heard = presences.connections(id) === 1 && joined.some((room_id) => row.rooms.includes(room_id))
    if (person.hidden || !heard)
      bus.publish([`u:${id}`], { v: 1, kind: 'user', user_id: id, frame: presenceEvent(own) })
  }

  function spread({ id, blocked, peers, rooms }: AudienceRow, seen: UserPresence): void {
    const frame = presenceEvent(seen)
    bus.publish([`p:${id}`], { v: 1, kind: 'presence', user_id: id, hidden_from: blocked, frame })
    for (const peer of peers)
      if (presences.connections(peer) > 0) bus.publish([`u:${peer}`], { v: 1, kind: 'user', user_id: peer, frame })
    for (const room_id of rooms) bus.publish([`c:${room_id}`], { v: 1, kind: 'room', conversation_id: room_id, frame })
  }

  return {
    /** A connection began. `hidden` is what its authentication read, and counts only if nothing newer is known. */
    connected: (user_id: number, hidden: boolean) => {
      presences.add(user_id)
      const person = people.get(user_id)
      if (person === undefined)
        people.set(user_id, { connections: 1, hidden, told: null, changed: false, restated: false, ended_at: 0 })
      else {
        person.connections++
        person.ended_at = 0
        if (person.connections > 1) return
      }
      mark(user_id)
    },
    disconnected: (user_id: number) => {
      presences.remove(user_id)
      const person = people.get(user_id)
      if (person === undefined || --person.connections > 0) return
      person.ended_at = Date.now()
      mark(user_id)
    },
    /** The user is somewhere else. */
    moved: (user_id: number) => {
      const person = people.get(user_id)
      if (person === undefined) return
      person.changed = true
      if (!person.hidden) mark(user_id)
    },
    /** A status has been saved. */
    restated: (user_id: number, hidden: boolean) => {
      const person = people.get(user_id)
      if (person === undefined) return
      person.hidden = hidden
      person.changed = true
      person.restated = true
      mark(user_id)
    },
    /** Somebody who asked was answered that this user is here before anybody was told so: the end of it is news then, however soon it comes. */
    shown: (user_id: number) => {
      const person = people.get(user_id)
      if (person === undefined || person.told !== null) return
      person.told = ''
      person.changed = true
      mark(user_id)
    },
    /** Whether others see this user as connected. */
    isOnline: (user_id: number): boolean => presences.connections(user_id) > 0 && people.get(user_id)?.hidden !== true,
    /** When a visit that others saw ended, in milliseconds since the epoch, while that is not in the database yet; else 0. */
    leftAt: (user_id: number): number => {
      const person = people.get(user_id)
      return person === undefined || person.hidden ? 0 : person.ended_at
    },
    /** Grows with every round of events, so that a reader can tell whether one came between. */
    rounds: () => told,
    /** Saves when those who are here, or have just left, were seen last. */
    close: async (): Promise<void> => {
      closed = true
      clearTimeout(timer)
      await flushing
      const now = Date.now()
      for (const person of people.values()) if (person.ended_at === 0) person.ended_at = now
      await saveSeen(people.keys(), save_batch)
    },
  }
}
