import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { announce_every_ms } from './holder.ts'
import * as queries from './queries.ts'
import type { SealedColumn } from './queries.ts'

interface RotationParts {
  sql: Sql
  vault: Vault
  columns: readonly SealedColumn[]
  /** Rows that one statement re-encrypts. */
  batch?: number
}

export interface KeyCount {
  name: string
  column: string
  key_id: string
  rows: number
}

export interface Progress {
  name: string
  column: string
  /** So far; at the end of a column, in all. */
  rotated: number
  /** Those that no key of the ring opens. */
  unreadable: number
}

/** Three times as long as a server takes to say so again. */
const heard_within_s = (3 * announce_every_ms) / 1000

/**
 * Re-encrypts what older keys sealed under the first key of the ring, with the blind indexes. Beside running servers that know both keys: each row changes
 * in one statement, and readers look under every key. It may be stopped and begun again anywhere, since what is left to do is written in the rows.
 */
export function createRotation({ sql, vault, columns, batch = 100 }: RotationParts) {
  function resealed(of: SealedColumn, id: number, old: Uint8Array): queries.Resealed | null {
    const text = vault.tryOpen(old, of.context(id))
    if (text === null) return null
    const context = of.context(id)
    return {
      id,
      old,
      sealed: vault.seal(text, context),
      index: of.index === null ? null : vault.blindIndex(text, context),
    }
  }

  return {
    /** How many servers run that do not know the first key: what is put under it they could not read. */
    strangers: async (): Promise<number> => (await queries.holdersWithout(sql, vault.first, heard_within_s)).length,

    /** How many rows are sealed under which key. */
    status: async (): Promise<KeyCount[]> => {
      const counts: KeyCount[] = []
      for (const of of columns) {
        const { name } = of
        const rows = await queries.countByKey(sql, of)
        counts.push(...rows.map((row) => ({ name, column: `${of.table}.${of.column}`, ...row })))
      }
      return counts
    },

    /** After each batch, and at the end of each column. */
    rotate: async function* (): AsyncGenerator<Progress> {
      for (const of of columns) {
        const progress = { name: of.name, column: `${of.table}.${of.column}`, rotated: 0, unreadable: 0 }
        let after = 0
        for (;;) {
          const rows = await queries.behind(sql, of, vault.first, after, batch)
          const fresh = rows.map(({ id, sealed }) => resealed(of, id, sealed)).filter((row) => row !== null)
          if (fresh.length > 0) progress.rotated += (await queries.reseal(sql, of, fresh)).length
          progress.unreadable += rows.length - fresh.length
          yield { ...progress }
          if (rows.length < batch) break
          after = rows.at(-1)?.id ?? after
        }
      }
    },
  }
}
