import { createChores } from '../../kernel/chores.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import { documentOf } from './documents.ts'
import * as queries from './indexing-queries.ts'
import type { CursorRow, DocumentRow } from './indexing-queries.ts'
import type { Stemmer } from './stems.ts'
import { firstWords, type Word } from './words.ts'

/** Keeps the index of words after the room log, on the side. */
export interface Indexer {
  /** A conversation's log has gone on. Costs next to nothing. */
  touch(conversation_id: number): void
  /** Follows these conversations to where their logs are now, within bounds; false when something is left. */
  catchUp(conversation_ids: readonly number[]): Promise<boolean>
  /** Resolves when what was begun is over. */
  stop(): Promise<void>
}

export interface IndexerOptions {
  sql: Sql
  stemmer: Stemmer
  log: Log
  /** Whether the server has more urgent work: then indexing takes a twentieth of the time, and a quarter otherwise. */
  isBusy(): boolean
}

const most_conversations = 64
const most_changes = 400
/** So many words are taken between two turns of the event loop. */
const at_a_time = 1_000
const gather_ms = 250
const sweep_every_ms = 60_000
const most_touched = 100_000
const patience_ms = 20_000
const retry_ms = 5_000
/** What a search waits for at most: so many changes, and so long. */
const catch_up_rounds = 5
const catch_up_ms = 250

export function createIndexer({ sql, stemmer, log, isBusy }: IndexerOptions): Indexer {
  const touched = new Set<number>()
  let timer: Timer | undefined
  let stopped = false
  let swept_at = Number.NEGATIVE_INFINITY
  let following: Promise<unknown> = Promise.resolve()
  const chores = createChores()

  /** One batch in one transaction. Gives the conversations that are not at their heads yet, for this or because another node is at them. */
  const round = (ids: readonly number[], wait: boolean): Promise<number[]> =>
    transact(sql, async (tx) => {
      const cursors = await queries.takeCursors(tx, ids, wait)
      if (cursors.length === 0) return [...ids]
      // Heads first: whatever is up to them is visible to the reads that follow.
      const heads = new Map((await queries.heads(tx, cursors.map((each) => each.conversation_id))).map((head) => [head.id, head])) // prettier-ignore
      const open = cursors.filter(({ conversation_id, indexed_seq }) => indexed_seq < (heads.get(conversation_id)?.last_seq ?? 0)) // prettier-ignore
      const left = new Set(ids)
      for (const { conversation_id } of cursors) left.delete(conversation_id)
      if (open.length === 0) return [...left]
      const limit = Math.ceil(most_changes / open.length)
      const changed = await queries.changed(tx, open, limit)
      const expired = await queries.expired(tx, open, limit)
      for (const { conversation_id, indexed_seq } of open)
        if (indexed_seq > 0 && indexed_seq < (heads.get(conversation_id)?.forgotten_seq ?? 0))
          await queries.removeLost(tx, conversation_id)
      const gone = [...changed.filter(({ content }) => content === null), ...expired]
      if (gone.length > 0) await queries.remove(tx, gone)
      const documents = await documentsOf(tx, changed)
      if (documents.length > 0) await queries.put(tx, documents)
      const moved = open.map(({ conversation_id }): CursorRow => {
        const ends = [changed, expired].flatMap((rows) => {
          const own = rows.filter((row) => row.conversation_id === conversation_id)
          // A reply and its parent share a seq: the last one may be there only in part.
          return own.length < limit ? [] : Math.max(...own.map((row) => row.at_seq)) - 1
        })
        if (ends.length > 0) left.add(conversation_id)
        return { conversation_id, indexed_seq: Math.min(heads.get(conversation_id)?.last_seq ?? 0, ...ends) }
      })
      await queries.moveCursors(tx, moved)
      return [...left]
    })

  async function documentsOf(tx: Sql, rows: readonly queries.ChangedRow[]): Promise<DocumentRow[]> {
    const pause = pauses()
    const found: { row: queries.ChangedRow; said: Word[] }[] = []
    for (const row of rows) {
      if (row.content === null) continue
      const said = firstWords(row.content)
      found.push({ row, said })
      await pause(said.length)
    }
    const stems = await stemmer.stems(tx, found.flatMap(({ said }) => said)) // prettier-ignore
    const documents: DocumentRow[] = []
    for (const { row, said } of found) {
      documents.push({ ...row, document: documentOf(row, said, stems) })
      await pause(said.length)
    }
    return documents
  }

  /** Works off some of what was touched. Milliseconds to rest before the next round; null when nothing is left. */
  async function work(): Promise<number | null> {
    const began = performance.now()
    if (began - swept_at >= sweep_every_ms) {
      swept_at = began
      for (const id of await within(patience_ms, queries.behind(sql, null, most_touched))) touched.add(id)
    }
    const ids = [...touched].slice(0, most_conversations)
    if (ids.length === 0) return null
    for (const id of ids) touched.delete(id)
    let left: readonly number[] = ids
    try {
      left = await within(patience_ms, round(ids, false))
    } finally {
      for (const id of left) touched.add(id)
    }
    if (touched.size === 0) return null
    const pause = (performance.now() - began) * (isBusy() ? 19 : 3)
    return Math.max(left.length > 0 ? gather_ms / 10 : gather_ms, pause)
  }

  /** Works after a rest, and goes on until nothing is left. */
  function rest(ms: number): void {
    if (stopped || timer !== undefined) return
    const goOn = (next: number | null) => {
      timer = undefined
      if (next !== null || touched.size > 0) rest(next ?? gather_ms)
    }
    timer = setTimeout(() => {
      const worked = work().then(goOn, (error: unknown) => {
        log.warn('The search index could not follow; trying again', { error })
        goOn(retry_ms)
      })
      chores.begin(worked)
    }, ms)
  }

  /** One search at a time catches up; the others find it done. */
  async function follow(conversation_ids: readonly number[], late: number): Promise<boolean> {
    let left = [...conversation_ids]
    for (let n = 0; n < catch_up_rounds && left.length > 0 && performance.now() < late; n++) {
      const some = left.slice(0, most_conversations)
      const still = new Set(await within(patience_ms, round(some, true)))
      left = left.filter((id, index) => index >= some.length || still.has(id))
    }
    for (const id of left) touched.add(id)
    if (left.length > 0) rest(gather_ms)
    return left.length === 0
  }

  const sweeping = setInterval(() => rest(gather_ms), sweep_every_ms)
  rest(gather_ms)

  return {
    touch: (conversation_id) => {
      // What does not fit, the next sweep finds.
      if (touched.size < most_touched) touched.add(conversation_id)
      rest(gather_ms)
    },
    catchUp: (conversation_ids) => {
      const late = performance.now() + catch_up_ms
      const done = following.then(() => follow(conversation_ids, late))
      following = done.catch(() => undefined)
      chores.begin(following)
      return done
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
      clearInterval(sweeping)
      return chores.ended()
    },
  }
}

/** Lets others have their turn of the event loop now and then. */
function pauses(): (words: number) => Promise<void> | undefined {
  let since = 0
  return (words) => {
    since += words
    if (since < at_a_time) return undefined
    since = 0
    return new Promise((resolve) => setImmediate(resolve))
  }
}
