import type { Bus, BusMessage, Channel } from './bus.ts'

/** Joins the memory buses of one process, as a Redis server would join nodes. */
export interface Exchange {
  nodes: Set<(channels: readonly Channel[], message: BusMessage) => void>
}

export const createExchange = (): Exchange => ({ nodes: new Set() })

/** A bus within one process: what is published is delivered before `publish` returns. */
export function createMemoryBus(exchange: Exchange = createExchange()): Bus {
  const channels = new Set<Channel>(['n:all'])
  let receiver: ((message: BusMessage) => void) | undefined

  const node = (named: readonly Channel[], message: BusMessage) => {
    if (named.some((channel) => channels.has(channel))) receiver?.(message)
  }
  exchange.nodes.add(node)

  return {
    publish: (named, message) => {
      for (const deliverTo of exchange.nodes) deliverTo(named, message)
    },
    listen: (channel) => {
      channels.add(channel)
    },
    settled: async () => undefined,
    unlisten: (channel) => {
      channels.delete(channel)
    },
    receive: (listener) => {
      receiver = listener
    },
    state: () => 'up',
    close: async () => {
      exchange.nodes.delete(node)
      receiver = undefined
    },
  }
}
