import type { Frame } from '../e2e/client.ts'
import { Lost } from '../e2e/client.ts'
import type { Follower } from './follower.ts'

export interface Acked {
  client_id: string
  id: number
  seq: number
  number: number
  duplicate: boolean
}

/** Sends numbered messages with client_ids over whatever connection its follower has, and sends again what was not acknowledged. */
export interface Sender {
  acked: Map<string, Acked>
  /** Errors other than SERVICE_UNAVAILABLE, after which it tries again. */
  refused: Frame[]
  /** How often it was told SERVICE_UNAVAILABLE. */
  unavailable: number
  /** Sends on until all is acknowledged; rejects with Lost when the connection ends. */
  run(): Promise<void>
  /** Ends `run` early, once what is on its way has been answered. */
  stop(): void
  done(): boolean
}

export interface SenderOptions {
  name: string
  room_id: number
  follower: Follower
  count: number
  /** How many may wait for their answer. */
  window?: number
  /** Milliseconds between two sends of each place in the window. */
  pause_ms?: number
  content?: (n: number) => string
  onAck?: (acked: Acked) => void
}

export function createSender(options: SenderOptions): Sender {
  const { name, room_id, follower, count, window = 4, pause_ms = 0, onAck } = options
  const content = options.content ?? ((n: number) => `${name} says ${n}`)
  const waiting = Array.from({ length: count }, (_, index) => index).toReversed()
  const parents = new Map<number, number | null>()
  let stopped = false
  let last_id: number | null = null

  const sender: Sender = {
    acked: new Map(),
    refused: [],
    unavailable: 0,
    stop: () => {
      stopped = true
    },
    done: () => sender.acked.size === count,
    run: async () => {
      await Promise.all(Array.from({ length: window }, work))
    },
  }

  async function work(): Promise<void> {
    for (let n = waiting.pop(); n !== undefined; n = stopped ? undefined : waiting.pop()) {
      try {
        await send(n)
      } catch (cause) {
        waiting.push(n)
        throw cause
      }
      if (pause_ms > 0) await Bun.sleep(pause_ms)
    }
  }

  /** Every seventh is a reply to the one before. The same client_id always says the same. */
  async function send(n: number): Promise<void> {
    const client_id = `${name}-${n}`
    if (!parents.has(n)) parents.set(n, n % 7 === 6 ? last_id : null)
    const parent_id = parents.get(n) ?? null
    for (;;) {
      const answer = await follower.client.ask('send_message', {
        room_id,
        content: content(n),
        metadata: { client_id },
        ...(parent_id === null ? {} : { parent_id }),
      })
      if (answer.type === 'message_sent') {
        const {
          id,
          seq,
          number,
          duplicate = false,
        } = answer.data as unknown as Omit<Acked, 'duplicate'> & { duplicate?: true }
        last_id = id
        const acked = { client_id, id, seq, number, duplicate }
        sender.acked.set(client_id, acked)
        onAck?.(acked)
        return
      }
      if (answer.data['code'] !== 'SERVICE_UNAVAILABLE') {
        sender.refused.push(answer)
        throw new Lost(`refused: ${JSON.stringify(answer)}`)
      }
      sender.unavailable++
      await Bun.sleep(100)
    }
  }

  return sender
}
