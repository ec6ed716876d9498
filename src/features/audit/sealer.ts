import type { Log } from '../../kernel/log.ts'
import { inRounds } from '../../kernel/rounds.ts'
import { within } from '../../kernel/within.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import { current_format, genesis, hashOf } from './chain.ts'
import * as queries from './chain-queries.ts'

const batch_rows = 500
const max_batches = 40
/** The driver may never settle a query whose connection was lost. */
const patience_ms = 60_000
const anchor_every_ms = 3_600_000

export interface Sealer {
  /** Resolves when everything that was committed before the call is in the chain (of a longer queue, the oldest 20,000 rows). */
  seal(): Promise<void>
  /** Writes the head of the chain to the log, if it moved since it was last written there. */
  anchor(): void
}

/**
 * Moves what was written down into the chain: in the order of ids as far as they are committed, in bounded batches, each in one transaction under a lock
 * that all nodes share. A crash at any point leaves a row either waiting or sealed.
 */
export function createSealer({ sql, log }: { sql: Sql; log: Log }): Sealer {
  let head: { id: number; hash: string } | null = null
  let anchored = { id: 0, at: performance.now() - anchor_every_ms }

  const sealBatch = () =>
    transact(sql, async (tx) => {
      await queries.lockChain(tx)
      const last = await queries.head(tx)
      const rows = await queries.pending(tx, batch_rows)
      let [id, hash] = [last?.id ?? 0, last?.hash ?? genesis]
      const seals = rows.map((row) => {
        const previous_hash = hash
        id++
        hash = hashOf({ ...row, id: String(id) }, previous_hash)
        return { pending_id: row.id, id: String(id), previous_hash, hash }
      })
      if (seals.length > 0 && (await queries.append(tx, current_format, seals)) !== seals.length)
        throw new Error('the audit trail was changed by another hand while it was sealed')
      return { sealed: seals.length, head: { id, hash } }
    })

  async function sealAll(): Promise<void> {
    for (let batch = 0; batch < max_batches && (await queries.isPending(sql)); batch++) {
      const done = await sealBatch()
      if (done.sealed > 0) head = done.head
      if (done.sealed < batch_rows) break
    }
    if (performance.now() - anchored.at >= anchor_every_ms) anchor()
  }

  function anchor(): void {
    if (head === null || head.id === anchored.id) return
    anchored = { id: head.id, at: performance.now() }
    log.info('The head of the audit trail', { row: head.id, hash: head.hash })
  }

  return { anchor, seal: inRounds(() => within(patience_ms, sealAll())) }
}
