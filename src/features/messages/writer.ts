import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { roomRolesThatMay, serverRolesThatMay } from '../../kernel/permissions.ts'
import { only } from '../../kernel/only.ts'
import { TimedOut, within } from '../../kernel/within.ts'
import { hasGivenWay, isConnectionError, isShortage, type Sql } from '../../platform/db/index.ts'
import { own_client_id } from './message.ts'
import { byIds, type Draft, type RetoldRow, sendMessages, type Verdict } from './queries.ts'

export interface Written extends Verdict {
  /** The first seq that this batch took in the conversation. */
  first_seq: number
  /** Of a `duplicate`. It comes with the verdict, so that answers keep the order of the batch. */
  original: RetoldRow | undefined
}

export interface Writer {
  /** Resolves when the database has decided, which for `sent` is after the commit. SERVICE_UNAVAILABLE when it cannot be asked, or the queue is full. */
  write(draft: Draft): Promise<Written>
  /** Resolves when nothing is left to write. */
  flush(): Promise<void>
  close(): Promise<void>
  readonly pending: number
}

export interface WriterOptions {
  /** Opens a pool of one connection for a lane. It calls `onclose` when that connection is closed. */
  open(onclose: () => void): Sql
  /** Ends such a pool at once. */
  drop(sql: Sql): Promise<void>
  lanes: number
  max_batch: number
  /** Drafts that may wait, over all lanes; 0 means no limit. */
  max_pending: number
  /** Milliseconds in which a batch must be decided. */
  write_timeout_ms: number
  log: Log
  onBatch?(size: number, seconds: number): void
  /** The database did not answer a batch in time, or not at all. */
  onFailure?(): void
}

interface Waiting {
  draft: Draft
  resolve(written: Written): void
  reject(cause: unknown): void
}

interface Lane {
  sql: Sql
  /** Resolves when the connection under the statement in flight is closed. */
  cut: PromiseWithResolvers<'cut'>
  queue: Waiting[]
  busy: Promise<void> | null
}

const first_pause_ms = 25
const longest_pause_ms = 1000
const rolesThatMay = (permission: 'skip_slow_mode' | 'mention_room') => ({
  room: roomRolesThatMay(permission),
  server: serverRolesThatMay(permission),
})
const privileges = {
  skip_slow_mode: rolesThatMay('skip_slow_mode'),
  mention_room: rolesThatMay('mention_room'),
}

/**
 * Group commit. A conversation always takes the same lane; a lane has one statement in flight, and what arrives meanwhile is the next batch. Under load
 * batches grow by themselves; one message alone waits for nothing.
 *
 * The driver may never settle a query whose connection was cut. So the lane hears of that itself, and each try has a bound besides, after which the connection
 * is dropped; then the same drafts are sent again. That is safe because the statement is idempotent: every draft has a client_id.
 */
export function createWriter({
  open,
  drop,
  lanes,
  max_batch,
  max_pending,
  write_timeout_ms,
  log,
  onBatch,
  onFailure,
}: WriterOptions): Writer {
  const all: Lane[] = Array.from({ length: lanes }, createLane)
  let pending = 0
  const working = () => all.flatMap((lane) => lane.busy ?? [])

  function createLane(): Lane {
    const lane: Lane = {
      sql: open(() => lane.cut.resolve('cut')),
      cut: Promise.withResolvers(),
      queue: [],
      busy: null,
    }
    return lane
  }

  async function run(lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const batch = lane.queue.splice(0, batchLength(lane.queue, max_batch))
      await decide(lane, batch)
      pending -= batch.length
    }
    lane.busy = null
  }

  async function decide(lane: Lane, batch: Waiting[]): Promise<void> {
    const deadline = performance.now() + write_timeout_ms
    const patience = Math.max(250, write_timeout_ms / 4)
    let cause: unknown
    for (let tries = 0; tries === 0 || performance.now() < deadline; tries++) {
      if (tries > 0)
        await Bun.sleep(
          Math.min(longest_pause_ms, first_pause_ms * 2 ** (tries - 1), Math.max(0, deadline - performance.now())),
        )
      try {
        const drafts = batch.map((each) => each.draft)
        const started = performance.now()
        lane.cut = Promise.withResolvers()
        const answer = Promise.race([sendMessages(lane.sql, drafts, privileges), lane.cut.promise])
        const verdicts = await within(Math.min(patience, deadline - started), answer)
        // A connection that is terminated in the middle of an answer may also settle it with the rows that had come; and the driver counts rows on where
        // it was cut, so that the next answer may begin with holes.
        if (verdicts === 'cut' || verdicts.length !== batch.length) throw new ConnectionCut()
        onBatch?.(batch.length, (performance.now() - started) / 1000)
        const repeated = verdicts.flatMap((each) => (each.verdict === 'duplicate' ? each.id : []))
        const originals = repeated.length === 0 ? [] : await within(patience, byIds(lane.sql, repeated))
        if (hasHoles(originals)) throw new ConnectionCut()
        settle(batch, verdicts, originals)
        return
      } catch (error) {
        cause = error
        // A full disk is full for all of them, and asking again at once would not empty it.
        if (isShortage(error) && !hasGivenWay(error)) break
        if (!isLost(error)) return refuse(lane, batch, error)
        onFailure?.()
        log.warn('A batch of messages is sent again: the database did not answer', {
          size: batch.length,
          tries: tries + 1,
          error,
        })
        if (error instanceof TimedOut) renew(lane)
      }
    }
    log.error('Messages could not be written', { size: batch.length, error: cause })
    for (const each of batch) each.reject(new AppError('SERVICE_UNAVAILABLE', undefined, 1))
  }

  /** A connection that hangs is given up; one that was closed the driver opens again by itself. */
  const renew = (lane: Lane) => {
    drop(lane.sql).catch((error: unknown) => log.debug('A hanging connection did not close', { error }))
    lane.sql = open(() => lane.cut.resolve('cut'))
  }

  const settle = (batch: Waiting[], verdicts: readonly Verdict[], originals: readonly RetoldRow[]) => {
    const firstSeqs = new Map<number, number>()
    const byId = new Map(originals.map((row) => [row.id, row]))
    for (const [index, each] of batch.entries()) {
      const verdict = verdicts[index]
      if (verdict === undefined) each.reject(new Error('send_messages gave no verdict'))
      else {
        const { conversation_id } = each.draft
        if (verdict.verdict === 'sent' && !firstSeqs.has(conversation_id)) firstSeqs.set(conversation_id, verdict.seq)
        const first_seq = firstSeqs.get(conversation_id) ?? verdict.seq
        each.resolve({ ...verdict, first_seq, original: byId.get(verdict.id) })
      }
    }
  }

  /** The database refused the batch as a whole: halves find the draft it is about, and the others are written. */
  async function refuse(lane: Lane, batch: Waiting[], cause: unknown): Promise<void> {
    if (batch.length === 1) {
      for (const each of batch) each.reject(cause)
      return
    }
    const half = batch.length >> 1
    await decide(lane, batch.slice(0, half))
    await decide(lane, batch.slice(half))
  }

  return {
    write: (draft) => {
      if (max_pending > 0 && pending >= max_pending)
        return Promise.reject(
          new AppError('SERVICE_UNAVAILABLE', { reason: 'too many messages wait to be written' }, 1),
        )
      pending++
      const lane = only(all.slice(draft.conversation_id % lanes))
      return new Promise((resolve, reject) => {
        lane.queue.push({ draft, resolve, reject })
        lane.busy ??= run(lane)
      })
    },
    flush: async () => {
      for (let busy = working(); busy.length > 0; busy = working()) await Promise.all(busy)
    },
    close: async () => {
      await Promise.all(all.map((lane) => lane.sql.end({ timeout: 5 })))
    },
    get pending() {
      return pending
    },
  }
}

class ConnectionCut extends Error {
  constructor() {
    super('the connection to the database was closed')
  }
}

const hasHoles = (rows: readonly unknown[]) => rows.includes(undefined)

/** Whether the answer was lost, so that nobody knows what became of the batch. */
const isLost = (cause: unknown) =>
  isConnectionError(cause) || hasGivenWay(cause) || cause instanceof TimedOut || cause instanceof ConnectionCut

/** A repeat waits for the next batch, where its original is found: within one, neither could be told from the other. */
function batchLength(queue: readonly Waiting[], max: number): number {
  const seen = new Set<string>()
  for (const [length, { draft }] of queue.entries()) {
    if (length === max) return max
    if (draft.client_id.startsWith(own_client_id)) continue
    const key = `${draft.conversation_id} ${draft.author_id} ${draft.client_id}`
    if (seen.has(key)) return length
    seen.add(key)
  }
  return queue.length
}
