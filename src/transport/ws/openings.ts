import { AppError } from '../../kernel/errors.ts'
import { within } from '../../kernel/within.ts'
import type { Bus, LogEntry } from '../../platform/bus/index.ts'
import { type Followed, read_timeout_ms } from './order.ts'
import { createTail, type TailLimits } from './tail.ts'

/** The head of a conversation, and its newest events, contiguous up to the head. */
export interface Head {
  seq: number
  recent: LogEntry[]
}

interface OpeningsParts {
  bus: Bus
  /** The heads of those that are there, and up to `recent` of their newest events. */
  heads(conversation_ids: readonly number[], recent: number): Promise<Map<number, Head>>
  isOpen(state: Followed): boolean
  /** All of them are heard from now on. */
  heard(batch: readonly Followed[]): void
  /** From the next seq on its events are told. */
  begin(state: Followed, next: number): void
  tail: TailLimits
}

const warm_events = 64

/** Finds out how far conversations go that are followed for the first time: by one query for all of one tick. */
export function createOpenings({ bus, heads, isOpen, heard, begin, tail }: OpeningsParts) {
  let opening: Followed[] = []
  const starters = new Map<Followed, { resolve: () => void; reject: (cause: unknown) => void }>()

  /** One query for all the conversations that are first followed in one tick. */
  const start = (state: Followed): Promise<void> => {
    if (state.next !== 0) return Promise.resolve()
    state.starting ??= new Promise<void>((resolve, reject) => {
      starters.set(state, { resolve, reject })
      if (opening.push(state) === 1) queueMicrotask(openAll)
    }).finally(() => {
      state.starting = undefined
    })
    return state.starting
  }

  function openAll(): void {
    const batch = opening
    opening = []
    const fail = (cause: unknown) => {
      for (const state of batch) starters.get(state)?.reject(cause)
    }
    const forget = () => {
      for (const state of batch) starters.delete(state)
    }
    readHeads(batch).catch(fail).finally(forget)
  }

  async function readHeads(batch: readonly Followed[]): Promise<void> {
    for (const state of batch) if (state.audience === null && isOpen(state)) bus.listen(`c:${state.id}`)
    await within(read_timeout_ms, bus.settled())
    heard(batch)
    const recent = Math.min(warm_events, tail.events || warm_events)
    const [warm, cold] = [batch.filter((state) => state.warm), batch.filter((state) => !state.warm)]
    const found = new Map([...(await readSome(cold, 0)), ...(await readSome(warm, recent))])
    for (const state of batch) {
      const head = found.get(state.id)
      if (head === undefined) starters.get(state)?.reject(new AppError('ROOM_NOT_FOUND'))
      else startAt(state, head)
    }
  }

  const readSome = async (some: readonly Followed[], recent: number) => {
    const ids = some.map((state) => state.id)
    return ids.length === 0 ? [] : within(read_timeout_ms, heads(ids, recent))
  }

  function startAt(state: Followed, head: Head): void {
    if (state.next === 0) {
      state.tail = createTail(head.seq - head.recent.length, tail)
      for (const entry of head.recent) state.tail.push(entry)
      begin(state, head.seq + 1)
    }
    starters.get(state)?.resolve()
  }

  return start
}
