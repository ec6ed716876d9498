/** A row of the chain with every column as PostgreSQL writes it, so that nothing is lost between the database and its hash. Hashes are in hex. */
export interface ChainRow {
  id: string
  /** Seconds since 1970, with six decimals. */
  at: string
  actor_id: string | null
  action: string
  target_type: string | null
  target_id: string | null
  conversation_id: string | null
  /** With its prefix length, such as `192.0.2.1/32`. */
  ip: string | null
  request_id: string | null
  outcome: string
  details: string
}

export interface SealedRow extends ChainRow {
  format: number
  previous_hash: string | null
  hash: string | null
}

/** What new rows are hashed by. Another number means other rules, and those of old rows stay known. */
export const current_format = 1

/** What the first row follows. */
export const genesis = '0'.repeat(64)

/** Format 1: SHA-256 over the 32 bytes of the previous hash and a JSON array (RFC 8259, no spaces, UTF-8) of the format and the columns. */
export function hashOf(row: ChainRow, previous_hash: string): string {
  const text = JSON.stringify([
    current_format,
    row.id,
    row.at,
    row.actor_id,
    row.action,
    row.target_type,
    row.target_id,
    row.conversation_id,
    row.ip,
    row.request_id,
    row.outcome,
    row.details,
  ])
  return new Bun.CryptoHasher('sha256').update(Buffer.from(previous_hash, 'hex')).update(text).digest('hex')
}

export type Verdict =
  | { sound: true; rows: number; head: { id: number; hash: string } | null }
  /** `id` is the first broken row; null when an expected hash was not met. */
  | { sound: false; id: number | null; reason: string }
  /** The row to begin with is beyond the end: nothing was verified. */
  | { sound: null; beyond: number }

export interface Check {
  /** The first row to check; those before it are believed. */
  from?: number
  /** Hashes that must be met, in hex: anchors kept elsewhere. */
  expected?: readonly string[]
}

/** Walks the chain in the order of ids, which `read` gives in pieces, and stops at the first row that is not as it was sealed. */
export async function verify(
  read: (after: number) => Promise<SealedRow[]>,
  { from = 1, expected = [] }: Check = {},
): Promise<Verdict> {
  const awaited = new Set(expected)
  let head: { id: number; hash: string } = { id: 0, hash: genesis }
  if (from > 1) {
    const [before] = await read(from - 2)
    if (before === undefined) return { sound: null, beyond: from }
    if (Number(before.id) !== from - 1) return broken(from - 1, 'is missing')
    head = { id: from - 1, hash: before.hash ?? '' }
  }
  let rows = 0
  for (let page = await read(head.id); page.length > 0; page = await read(head.id)) {
    for (const row of page) {
      const id = head.id + 1
      if (Number(row.id) !== id) return broken(id, 'is missing')
      if (row.format !== current_format)
        return broken(id, `has the format ${row.format}, which this version does not know`)
      if (row.previous_hash !== head.hash) return broken(id, `does not follow row ${head.id}`)
      if (row.hash !== hashOf(row, head.hash)) return broken(id, 'is not what was sealed')
      head = { id, hash: row.hash }
      awaited.delete(row.hash)
      rows++
    }
  }
  if (rows === 0 && from > 1) return { sound: null, beyond: from }
  const [unmet] = awaited
  if (unmet !== undefined) {
    return {
      sound: false,
      id: null,
      reason: `no row has the hash ${unmet}: the end was cut off, or the chain was written anew`,
    }
  }
  return { sound: true, rows, head: head.id === 0 ? null : head }
}

const broken = (id: number, what: string): Verdict => ({ sound: false, id, reason: `row ${id} ${what}` })
