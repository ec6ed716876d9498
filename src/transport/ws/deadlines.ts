/**
 * Deadlines for many at the price of one timer: an item fires within `tick_ms` after its time. An item has one deadline; setting it again moves it.
 */
export interface Deadlines<T> {
  set(item: T, at_ms: number): void
  clear(item: T): void
  stop(): void
}

export function createDeadlines<T>(fire: (item: T) => void, tick_ms = 250): Deadlines<T> {
  const ticks = new Map<number, Set<T>>()
  const due = new Map<T, number>()
  let done = Math.floor(Date.now() / tick_ms)

  const clear = (item: T) => {
    const tick = due.get(item)
    if (tick === undefined) return
    due.delete(item)
    const items = ticks.get(tick)
    items?.delete(item)
    if (items?.size === 0) ticks.delete(tick)
  }

  const turn = () => {
    const now = Math.floor(Date.now() / tick_ms)
    // After a long sleep it is cheaper to look at what there is than at every tick that passed.
    const passed = now - done > ticks.size ? [...ticks.keys()].filter((tick) => tick < now) : range(done, now)
    done = now
    for (const tick of passed) {
      const items = ticks.get(tick)
      if (items === undefined) continue
      ticks.delete(tick)
      for (const item of items) {
        due.delete(item)
        fire(item)
      }
    }
  }
  const timer = setInterval(turn, tick_ms)

  return {
    set: (item, at_ms) => {
      clear(item)
      const tick = Math.max(done, Math.floor(at_ms / tick_ms))
      due.set(item, tick)
      const items = ticks.get(tick)
      if (items === undefined) ticks.set(tick, new Set([item]))
      else items.add(item)
    },
    clear,
    stop: () => clearInterval(timer),
  }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
