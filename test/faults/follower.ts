import { type Client, type Frame, Lost, open, signIn } from '../e2e/client.ts'
import type { StoredMessage } from './crowd.ts'

type Told = Pick<StoredMessage, 'id' | 'seq' | 'number' | 'author_id' | 'content' | 'parent_id' | 'thread_count'>

interface Joined {
  seq: number
  missed?: Told[]
  reset?: boolean
}

/** One person who keeps a room's transcript as the protocol tells them to, over any number of connections. */
export interface Follower {
  client: Client
  /** The position up to which everything is known. */
  seq(): number
  /** By seq. */
  transcript(): Told[]
  /** What the server promised and did not do. */
  broken: string[]
  /** Connects, resuming where it stood: by join_room, or by `resume` in authenticate. */
  connect(url: string, how?: 'join' | 'resume'): Promise<void>
  /** On the connection there is. */
  join(): Promise<void>
  leave(): Promise<void>
  /** Called for each event of the room, in order. */
  onEvent?: (message: Told) => void
  /** Called for every frame that answers nothing. */
  onFrame?: (frame: Frame) => void
}

export interface FollowerOptions {
  room_id: number
  token: string
  name: string
}

/** Nothing is connected yet. */
export function follow({ room_id, token, name }: FollowerOptions): Follower {
  const messages = new Map<number, Told>()
  /** The newest count told of each thread, for parents that are read later than their replies are heard. */
  const threads = new Map<number, { seq: number; count: number }>()
  let seq = 0
  let begun = false
  let joined = false

  const put = ({ id, seq, number, author_id, content, parent_id, thread_count }: Told) =>
    void messages.set(id, { id, seq, number, author_id, content, parent_id, thread_count })

  const live = (message: Told & { parent_thread_count?: number }) => {
    if (!joined) follower.broken.push(`${name}: event ${message.seq} before the reply to join_room`)
    if (message.seq !== seq + 1) follower.broken.push(`${name}: event ${message.seq} after ${seq}`)
    seq = message.seq
    put(message)
    if (message.parent_id === null) return
    const { parent_thread_count: count } = message
    if (count === undefined)
      return void follower.broken.push(`${name}: reply ${message.seq} without parent_thread_count`)
    threads.set(message.parent_id, { seq: message.seq, count })
    const parent = messages.get(message.parent_id)
    if (parent) parent.thread_count = count
  }

  const take = (frame: Frame) => {
    follower.onFrame?.(frame)
    if (frame.type === 'resync') follower.broken.push(`${name}: told to resync at ${JSON.stringify(frame.data)}`)
    if (frame.type !== 'room_message' || frame.data['room_id'] !== room_id) return
    const message = frame.data as unknown as Told
    live(message)
    follower.onEvent?.(message)
  }

  /** Everything before `before_id`, page by page. */
  async function readBack(client: Client, before_id: number | undefined): Promise<void> {
    for (let before = before_id; ;) {
      const page = await client.ask('get_history', {
        room_id,
        limit: 100,
        ...(before === undefined ? {} : { before_id: before }),
      })
      // While the database comes back it is not there, and to ask again is what the error says.
      if (page.data['code'] === 'SERVICE_UNAVAILABLE') {
        await Bun.sleep(100)
        continue
      }
      if (page.type !== 'room_history') throw new Error(`No history: ${JSON.stringify(page)}`)
      const {
        messages: older,
        has_more,
        seq,
      } = page.data as unknown as { messages: Told[]; has_more: boolean; seq: number }
      for (const message of older) {
        if (messages.has(message.id)) continue
        const later = threads.get(message.id)
        put(later && later.seq > seq ? { ...message, thread_count: later.count } : message)
      }
      before = older[0]?.id
      if (!has_more || before === undefined) return
    }
  }

  /** A reply that says where the room stands, taken at its place among the events. */
  const arrive = (at: Joined | undefined) => {
    if (at === undefined) return
    if (at.reset || !begun) {
      messages.clear()
      threads.clear()
    }
    for (const message of at.missed ?? []) put(message)
    seq = at.seq
    joined = true
  }

  async function enter(answer: Frame, read: (frame: Frame) => Joined | undefined): Promise<void> {
    const { client } = follower
    const at = read(answer)
    if (at === undefined) {
      if (answer.data['code'] !== 'SERVICE_UNAVAILABLE')
        throw new Error(`${name} not joined: ${JSON.stringify(answer)}`)
      client.cut()
      throw new Lost('SERVICE_UNAVAILABLE')
    }
    if (begun && !at.reset) return
    // Until all is read back there is nothing to resume: whoever is cut off meanwhile begins anew.
    const known = begun ? at.missed?.[0]?.id : undefined
    begun = false
    if (seq > 0) await readBack(client, known)
    begun = true
  }

  const follower: Follower = {
    client: undefined as unknown as Client,
    seq: () => seq,
    transcript: () => [...messages.values()].toSorted((a, b) => a.seq - b.seq),
    broken: [],
    connect: async (url, how = 'join') => {
      joined = false
      if (how === 'join') {
        follower.client = await signIn(url, token, take)
        return follower.join()
      }
      const client = await open(url, take)
      follower.client = client
      const resume = [{ room_id, since_seq: seq }]
      await enter(await client.ask('authenticate', { token, resume }, (frame) => arrive(resumed(frame))), resumed)
    },
    join: async () => {
      const ask = { room_id, ...(begun ? { since_seq: seq } : {}) }
      await enter(await follower.client.ask('join_room', ask, (frame) => arrive(joinedOf(frame))), joinedOf)
    },
    leave: async () => {
      await follower.client.ask('leave_room', { room_id }, () => {
        joined = false
      })
    },
  }
  return follower
}

/** What a follower should have of a stored message. */
export const asTold = ({ id, seq, number, author_id, content, parent_id, thread_count }: StoredMessage): Told => ({
  id,
  seq,
  number,
  author_id,
  content,
  parent_id,
  thread_count,
})

const joinedOf = ({ type, data }: Frame) => (type === 'room_joined' ? (data as unknown as Joined) : undefined)

const resumed = ({ type, data }: Frame) => (type === 'auth_success' ? (data['resumed'] as Joined[])[0] : undefined)
