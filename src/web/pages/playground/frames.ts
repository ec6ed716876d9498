import { isRecord } from './draft.ts'
import { concealedText } from './secrets.ts'

export type ClientName = 'A' | 'B'

/** A frame of one of the clients as it went over the wire, or (`note`) what happened to the connection. Tokens are concealed. */
export interface Frame {
  key: number
  /** Milliseconds of `Date.now()`. */
  at: number
  client: ClientName
  direction: 'out' | 'in' | 'note'
  /** The `type` of the frame; `?` where it has none. */
  type: string
  /** The `id` of the frame. */
  request_id: string | number | null
  text: string
}

export interface Frames {
  /** Oldest first. */
  get(): readonly Frame[]
  subscribe(listener: () => void): () => void
  add(frame: Pick<Frame, 'client' | 'direction' | 'text'>): Frame
  clear(): void
}

/** The timeline of both clients. It keeps the newest `max` frames, and tells of many at once. */
export function createFrames(max: number): Frames {
  let frames: readonly Frame[] = []
  let fresh: Frame[] = []
  let next = 1
  let isPlanned = false
  const listeners = new Set<() => void>()

  const tell = () => {
    isPlanned = false
    frames = [...frames, ...fresh].slice(-max)
    fresh = []
    for (const listener of listeners) listener()
  }

  return {
    get: () => frames,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add({ client, direction, text }) {
      const frame = {
        key: next++,
        at: Date.now(),
        client,
        direction,
        ...head(direction, text),
        text: concealedText(text),
      }
      fresh.push(frame)
      if (fresh.length > max) fresh = fresh.slice(-max)
      // A hidden page has no animation frames, and a flood needs no more than some tellings in a second.
      if (!isPlanned) setTimeout(tell, 30)
      isPlanned = true
      return frame
    },
    clear() {
      frames = []
      fresh = []
      for (const listener of listeners) listener()
    },
  }
}

function head(direction: Frame['direction'], text: string): Pick<Frame, 'type' | 'request_id'> {
  const value = direction === 'note' ? undefined : parsed(text)
  if (!isRecord(value)) return { type: direction === 'note' ? (text.split(' ')[0] ?? '') : '?', request_id: null }
  const { type, id } = value
  return {
    type: typeof type === 'string' ? type : '?',
    request_id: typeof id === 'string' || typeof id === 'number' ? id : null,
  }
}

/** What a text says as JSON; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
