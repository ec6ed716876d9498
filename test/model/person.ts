import { Broken, createClientModel, isLogEvent, positionOf } from './client-model.ts'
import { type Data, type Frame, placeIn, type Standing } from './wire.ts'

export interface PersonOptions {
  wsUrl: string
  account: { id: number; username: string; token: string }
  /** What the wire brings: frames may be changed, or by null be lost, to show that the model would see it. */
  tamper(frame: Frame): Frame[]
  /** Each event of a log, as it comes. */
  onLogEvent(conversation_id: number, position: number, frame: Frame): void
  /** The server could not tell the events of a conversation again. */
  onResync(conversation_id: number): void
  onBroken(cause: unknown): void
}

interface Asked {
  type: string
  data: Record<string, unknown>
  settle(frame: Frame | 'cut'): void
}

const patience_ms = 10_000

export type Person = ReturnType<typeof createPerson>

/** One user with at most one connection, and what their client knows. */
export function createPerson({ wsUrl, account, tamper, onLogEvent, onResync, onBroken }: PersonOptions) {
  const model = createClientModel(account.id)
  const watchers = new Set<() => void>()
  let socket: WebSocket | null = null
  /** Commands may follow `authenticate` at once. */
  let greeted = false
  let asked = new Map<number, Asked>()
  let last = 0
  /** By conversation, how far the user has read as any answer said. */
  const read = new Map<number, number>()
  /** Messages whose events came on this connection: the answer to the sender must have come before. */
  let seen = new Set<number>()

  const hasRead = (standing: Standing) => {
    const id = placeIn(standing)
    read.set(id, Math.max(read.get(id) ?? 0, standing.last_read_number))
  }

  function take(frame: Frame): void {
    if (frame.id === undefined) {
      if (frame.type === 'resync') onResync(placeIn(frame.data))
      if (isLogEvent(frame)) {
        if (/^(room|dm)_message$/.test(frame.type)) seen.add(frame.data.id ?? 0)
        onLogEvent(placeIn(frame.data), positionOf(frame), frame)
      }
      model.event(frame)
      catchUp()
      return
    }
    const request = asked.get(Number(frame.id))
    asked.delete(Number(frame.id))
    if (request === undefined) throw new Broken(`a second answer to ${frame.id}: ${JSON.stringify(frame)}`)
    try {
      answered(request, frame)
      catchUp()
    } finally {
      request.settle(frame)
    }
  }

  function answered({ type, data }: Asked, frame: Frame): void {
    const id = Number(data['room_id'] ?? data['conversation_id'])
    switch (frame.type) {
      case 'auth_success':
        return authenticated(data, frame.data)
      case 'room_joined':
      case 'dm_joined':
        hasRead(standing(frame.data))
        return model.joined(standing(frame.data), data['since_seq'] as number | undefined, 'joined')
      case 'room_left':
      case 'dm_left':
        return model.left(id)
      case 'room_history':
      case 'dm_history': {
        const { messages = [], has_more = false, total_count = 0, seq = 0 } = frame.data
        return model.page(id, { messages, has_more, total_count, seq }, data['walk'] === true)
      }
      case 'read_marked':
        return hasRead(standing(frame.data))
      case 'message_sent':
        if (!frame.data.duplicate && seen.has(frame.data.id ?? 0))
          throw new Broken(`the event of ${frame.data.id} came before the answer to its sender`)
        return
      case 'auth_error':
        throw new Broken(`${account.username} was not let in: ${JSON.stringify(frame.data)}`)
      case 'error':
        if (type === 'authenticate')
          throw new Broken(`${account.username} was not let in: ${JSON.stringify(frame.data)}`)
        if (type === 'get_history') model.page(id, nothing, false)
    }
  }

  function authenticated(data: Record<string, unknown>, { resumed = [], memberships = [] }: Data): void {
    const resume = (data['resume'] ?? []) as { since_seq: number }[]
    for (const [index, each] of resumed.entries()) {
      if (each.error !== undefined) continue
      hasRead(each)
      model.joined(each, resume[index]?.since_seq, 'joined')
    }
    for (const each of memberships) {
      const conversation = model.conversations.get(placeIn(each))
      if (conversation !== undefined && (conversation.dm || data['subscribe'] === 'all'))
        model.follows(conversation.id, each.seq)
    }
  }

  /** Asks the log for what the feeds did not bring. */
  function catchUp(): void {
    for (const conversation of model.conversations.values()) {
      if (!conversation.behind) continue
      conversation.behind = false
      ask('join_room', { ...reference(conversation.id), since_seq: conversation.position }).catch(onBroken)
    }
  }

  const reference = (id: number) => (model.of(id).dm ? { conversation_id: id } : { room_id: id })

  function ask(type: string, data: Record<string, unknown>): Promise<Frame | 'cut'> {
    const open = socket
    if (open === null || !greeted) return Promise.resolve('cut')
    const id = ++last
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        onBroken(new Broken(`no answer to ${type} of ${account.username}`))
        resolve('cut')
      }, patience_ms)
      const settle = (frame: Frame | 'cut') => {
        clearTimeout(timer)
        resolve(frame)
      }
      asked.set(id, { type, data, settle })
      if (type === 'get_history') model.asksPage(Number(data['room_id'] ?? data['conversation_id']))
      open.send(JSON.stringify({ type, id, data }))
    })
  }

  function cut(): void {
    socket = null
    greeted = false
    const waiting = asked
    asked = new Map()
    seen = new Set()
    model.disconnected()
    for (const { settle } of waiting.values()) settle('cut')
    for (const watcher of watchers) watcher()
  }

  /** Opens a connection and authenticates; `more` of that frame. */
  async function connect(more: Record<string, unknown>): Promise<Frame | 'cut'> {
    if (socket !== null) throw new Error('connected already')
    const opened = new WebSocket(wsUrl)
    socket = opened
    const ready = Promise.withResolvers<void>()
    opened.addEventListener('open', () => ready.resolve())
    opened.addEventListener('message', ({ data }) => {
      // What still comes by a connection that was given up is not read any more.
      if (socket !== opened) return
      try {
        for (const frame of tamper(JSON.parse(String(data)) as Frame)) take(frame)
      } catch (cause) {
        onBroken(cause)
      }
      for (const watcher of watchers) watcher()
    })
    opened.addEventListener('close', ({ code, reason }) => {
      ready.resolve()
      if (socket !== opened) return
      onBroken(new Broken(`the server closed the connection of ${account.username}: ${code} ${reason}`))
      cut()
    })
    await ready.promise
    if (socket !== opened) return 'cut'
    greeted = true
    return ask('authenticate', { token: account.token, ...more })
  }

  return {
    ...account,
    model,
    read,
    watchers,
    reference,
    connect,
    ask,
    /** What has no answer. */
    tell: (type: string, data: Record<string, unknown>): void => {
      if (greeted) socket?.send(JSON.stringify({ type, data }))
    },
    isConnected: () => socket !== null,
    isWaiting: () => asked.size > 0,
    /** Gives the connection up without a word. */
    vanish: (): void => {
      const open = socket
      cut()
      open?.terminate()
    },
  }
}

const nothing = { messages: [], has_more: true, total_count: 0, seq: 0 }

const standing = (data: Data) => {
  const { seq = 0, last_read_number = 0, message_number = 0 } = data
  return { ...data, seq, last_read_number, message_number }
}
