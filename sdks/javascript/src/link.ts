import { Refusal, refused } from './errors.ts'
import { parsed } from './parsed.ts'

export interface Frame {
  type: string
  id?: string | number
  data: Record<string, unknown>
}

/** Called in the turn in which the answer came, before any frame after it: what joins a log must not miss its first event. */
export type Settle = (answer: Frame | Refusal) => void

export interface LinkOptions {
  url: string
  WebSocket: typeof WebSocket
  /** What answers nothing that was asked. */
  onEvent(frame: Frame): void
  /** Once, also when the socket never opened. Everything that waits has been refused by then. */
  onClose(closed: { code: number; reason: string }): void
}

export interface Link {
  /** Sends a command when its turn comes, and takes its answer: a frame, an error of the server, `TIMEOUT`, `NOT_CONNECTED` when the link ends before, or `RATE_LIMIT_EXCEEDED` when too many wait. */
  ask(type: string, data: object, settle: Settle, timeout_ms?: number): void
  /** Sends a command that has no answer. */
  tell(type: string, data: object): void
  /** Milliseconds of `Date.now()` when something last came. */
  heard(): number
  /** Ends it now, whatever the other side does: a dead link would take minutes to say that it is closed. */
  end(code?: number): void
}

/** The server closes a connection with more than 64 frames or 256 KiB of them in its queue. */
const most_frames = 32
const most_characters = 64 * 1024
/** So many may wait for their turn or their answer. */
const backlog = 1000

interface Asked {
  text: string
  id: number
  settle: Settle
  timer?: ReturnType<typeof setTimeout>
  sent: boolean
}

/** One socket: frames to text and back, answers to those who asked, and an end that comes once. */
export function createLink(options: LinkOptions): Link {
  const { onEvent, onClose } = options
  const socket = new options.WebSocket(options.url)
  const asked = new Map<number, Asked>()
  let count = 0
  let ended = false
  let heard = Date.now()

  function answer(frame: Frame): boolean {
    const question = asked.get(frame.id as number)
    if (question === undefined) return false
    forget(question)
    question.settle(frame.type === 'error' || frame.type === 'auth_error' ? refused(frame) : frame)
    flush()
    return true
  }

  function forget(question: Asked): void {
    asked.delete(question.id)
    clearTimeout(question.timer)
  }

  function flush(): void {
    let frames = 0
    let characters = 0
    for (const question of asked.values()) {
      characters += question.text.length
      if (!question.sent) {
        if (ended || socket.readyState !== 1 || frames >= most_frames || (frames > 0 && characters > most_characters)) return // prettier-ignore
        question.sent = true
        socket.send(question.text)
      }
      frames++
    }
  }

  function end(code: number, reason: string): void {
    if (ended) return
    ended = true
    const all = [...asked.values()]
    // A frame is larger than the server takes.
    const longest = code === 1009 ? Math.max(...all.map(({ sent, text }) => (sent ? text.length : 0))) : NaN
    for (const question of all) {
      forget(question)
      question.settle(new Refusal(question.text.length === longest ? 'PAYLOAD_TOO_LARGE' : 'NOT_CONNECTED'))
    }
    onClose({ code, reason })
  }

  socket.onopen = flush
  socket.onmessage = ({ data }: { data: unknown }) => {
    heard = Date.now()
    const frame = ended ? null : decoded(data)
    if (frame !== null && !answer(frame)) onEvent(frame)
  }
  socket.onclose = ({ code, reason }: { code: number; reason: string }) => end(code, reason)
  // A close follows, which says more.
  socket.onerror = () => undefined

  return {
    ask: (type, data, settle, timeout_ms) => {
      if (ended || asked.size >= backlog) return settle(new Refusal(ended ? 'NOT_CONNECTED' : 'RATE_LIMIT_EXCEEDED'))
      const id = ++count
      const question: Asked = { text: JSON.stringify({ type, id, data }), id, settle, sent: false }
      if (timeout_ms !== undefined)
        question.timer = setTimeout(() => {
          forget(question)
          settle(new Refusal('TIMEOUT'))
          flush()
        }, timeout_ms)
      asked.set(id, question)
      flush()
    },
    tell: (type, data) => {
      if (!ended && socket.readyState === 1) socket.send(JSON.stringify({ type, data }))
    },
    heard: () => heard,
    end: (code = 1000) => {
      if (ended) return
      try {
        socket.close(code)
      } finally {
        end(code === 1000 ? 1000 : 1006, '')
      }
    },
  }
}

/** Null for what is no frame: this version has no use for it, and a later one of the server may. */
function decoded(data: unknown): Frame | null {
  const frame = parsed<Frame>(data)
  return typeof frame?.type === 'string' ? { ...frame, data: frame.data ?? {} } : null
}
