import type { Sql } from '../../platform/db/index.ts'
import type { ChainRow, SealedRow } from './chain.ts'

/** Every column as text: what the hash is made of. */
const columns = (sql: Sql) => sql`
  id::text as id, extract(epoch from at)::text as at, actor_id::text as actor_id, action, target_type, target_id, conversation_id::text as conversation_id,
  ip::text as ip, request_id, outcome, details::text as details`

/** One sealer at a time, over all nodes, until the transaction ends. */
export const lockChain = (sql: Sql) => sql`select pg_advisory_xact_lock(hashtextextended('veza-chat.audit', 0))`

export const head = async (sql: Sql): Promise<{ id: number; hash: string | null } | undefined> => {
  const [row] = await sql<{ id: number; hash: string | null }[]>`
    select id, encode(hash, 'hex') as hash from audit_log order by id desc limit 1`
  return row
}

export const isPending = async (sql: Sql): Promise<boolean> => (await sql`select from audit_pending limit 1`).length > 0

/** The oldest that wait. One that commits late, with a lower id than others already sealed, is sealed after them. */
export const pending = (sql: Sql, limit: number) => sql<ChainRow[]>`
  select ${columns(sql)} from audit_pending order by audit_pending.id limit ${limit}`

export interface Seal {
  pending_id: string
  id: string
  previous_hash: string
  hash: string
}

/** Moves rows from waiting to the end of the chain; returns how many. */
export const append = async (sql: Sql, format: number, seals: readonly Seal[]): Promise<number> => {
  const moved = await sql`
    with seal as (
      select * from unnest(${seals.map((seal) => seal.pending_id)}::bigint[], ${seals.map((seal) => seal.id)}::bigint[],
        ${seals.map((seal) => seal.previous_hash)}::text[], ${seals.map((seal) => seal.hash)}::text[]) as seal (pending_id, id, previous_hash, hash)
    ),
    waiting as (delete from audit_pending where id in (select pending_id from seal) returning *)
    insert into audit_log (id, at, actor_id, action, target_type, target_id, conversation_id, ip, request_id, outcome, details, format, previous_hash, hash)
    overriding system value
    select s.id, w.at, w.actor_id, w.action, w.target_type, w.target_id, w.conversation_id, w.ip, w.request_id, w.outcome, w.details,
      ${format}, decode(s.previous_hash, 'hex'), decode(s.hash, 'hex')
    from waiting w join seal s on s.pending_id = w.id order by s.id`
  return moved.count
}

/** Rows of the chain behind one, in its order. */
export const chainAfter = (sql: Sql, after: number, limit: number) => sql<SealedRow[]>`
  select ${columns(sql)}, format, encode(previous_hash, 'hex') as previous_hash, encode(hash, 'hex') as hash
  from audit_log where audit_log.id > ${after} order by audit_log.id limit ${limit}`
