import { createChores } from '../../kernel/chores.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Threads } from '../conversations/index.ts'
import { changeData, changeEvent } from './change-events.ts'
import * as queries from './expiry-queries.ts'
import type { Telling } from './telling.ts'

export interface Expiry {
  /** Removes what is over, and tells it. Resolves when nothing is left that is over now. */
  sweep(): Promise<void>
  /** Ends what rooms keep no longer, and forgets old notes of the log. */
  tidy(): Promise<void>
  /** Resolves when what was begun is over. */
  stop(): Promise<void>
}

export interface ExpiryOptions {
  sql: Sql
  telling: Telling
  threads: Pick<Threads, 'expired' | 'ending'>
  log: Log
  /** Milliseconds for which the log remembers its changes. */
  change_memory_ms: number
}

const at_a_time = 200
const sweep_timeout_ms = 20_000
/** What other nodes let expire is looked for this often. */
const look_every_ms = 1_000
const tidy_every_ms = 60_000
/** Late enough that the moment has passed, however timers round. */
const margin_ms = 5
const most_rounds = 1_000

/** Messages that vanish: at their time for those who are there, for those who come later, and from the database. */
export function createExpiry({ sql, telling, threads, log, change_memory_ms }: ExpiryOptions): Expiry {
  let timer: Timer | undefined
  let stopped = false
  let sweeping: Promise<void> | null = null
  let tidying = false
  const chores = createChores()

  async function round(): Promise<number> {
    const due = await queries.due(sql, at_a_time)
    if (due.length === 0) return 0
    const ids = due.map(({ id }) => id)
    const { gone, announceEnds } = await transact(sql, async (tx) => {
      await queries.lockAll(tx, [...new Set(due.map(({ conversation_id }) => conversation_id))])
      const announceEnds = await threads.ending(tx, ids)
      const gone = await queries.expire(tx, ids)
      for (const row of gone) telling.expected(row.conversation_id, row, row.at_seq)
      return { gone, announceEnds }
    })
    for (const row of gone) tell(row)
    announceEnds(new Set(gone.map(({ id }) => id)))
    return gone.length
  }

  function tell(row: queries.GoneRow): void {
    const { parent_id, parent_thread_count } = row
    const change = { change: 'expired', at_seq: row.at_seq, message_id: row.id, by_id: null, by_name: null, detail: { parent_id, parent_thread_count }, at: row.at } as const // prettier-ignore
    const json = JSON.stringify(changeData(row, change, null))
    telling.log(row.conversation_id, row, { seq: row.at_seq, frame: changeEvent('expired', json), complete: false })
    // Of a thread without its first message nobody hears any more.
    if (parent_id !== null && parent_thread_count !== null) threads.expired(parent_id, row.number)
  }

  async function rounds(): Promise<void> {
    for (let n = 0; n < most_rounds && !stopped && (await within(sweep_timeout_ms, round())) > 0; n++);
  }

  const sweep = (): Promise<void> => {
    sweeping ??= rounds().finally(() => {
      sweeping = null
    })
    return sweeping
  }

  /** Sweeps, and comes back in time for what expires before the next look. */
  async function look(): Promise<void> {
    await sweep()
    if (stopped) return
    const left = await within(sweep_timeout_ms, queries.untilNextExpiry(sql))
    if (left === null || stopped) return
    clearTimeout(timer)
    if (left < look_every_ms) timer = setTimeout(lookSoon, Math.max(0, left) + margin_ms)
  }

  const lookSoon = () => {
    chores.begin(
      look().catch((error: unknown) => log.warn('Expired messages could not be removed; trying again', { error })),
    )
  }

  async function tidy(): Promise<void> {
    if (tidying) return
    tidying = true
    try {
      for (const { id } of await within(sweep_timeout_ms, queries.retaining(sql))) {
        const outlived = () => transact(sql, (tx) => queries.outlived(tx, id, at_a_time))
        for (let n = 0; n < most_rounds && !stopped && (await within(sweep_timeout_ms, outlived())) > 0; n++)
          await sweep()
      }
      const before = new Date(Date.now() - change_memory_ms)
      const forget = () => within(sweep_timeout_ms, queries.forget(sql, before, 1_000))
      for (let n = 0; n < most_rounds && !stopped && (await forget()) > 0; n++);
    } finally {
      tidying = false
    }
  }

  const timers = [
    setInterval(lookSoon, look_every_ms),
    setInterval(() => {
      chores.begin(
        tidy().catch((error: unknown) => log.warn('Old messages could not be removed; trying again', { error })),
      )
    }, tidy_every_ms),
  ]

  return {
    sweep,
    tidy,
    stop: () => {
      stopped = true
      clearTimeout(timer)
      for (const each of timers) clearInterval(each)
      return chores.ended()
    },
  }
}
