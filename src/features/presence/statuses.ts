import { AppError } from '../../kernel/errors.ts'
import type { Actor } from '../../kernel/actor.ts'
import { isLonger } from '../../kernel/text.ts'
import { within } from '../../kernel/within.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './queries.ts'
import type { Chosen, StatusUpdated, UpdateStatus } from './schema.ts'

export interface StatusesOptions {
  sql: Sql
  /** It is saved. */
  onSaved(user_id: number, status: Chosen): void
}

interface Wish {
  user_id: number
  status: Chosen
  message: string | null | undefined
}

interface Batch {
  wishes: Map<number, Wish>
  saved: Promise<Map<number, StatusUpdated>>
}

const gather_ms = 100
const query_timeout_ms = 10_000
const max_message = 128

/** Saves the statuses that users choose; those that come within a moment in one statement. */
export function createStatuses({ sql, onSaved }: StatusesOptions) {
  let open: Batch | null = null
  let before: Promise<unknown> = Promise.resolve()

  async function save(wishes: Batch['wishes']): Promise<Map<number, StatusUpdated>> {
    const rows = await within(query_timeout_ms, queries.saveStatuses(sql, [...wishes.values()]))
    for (const { id, status } of rows) onSaved(id, status)
    return new Map(rows.map(({ id, status, message }) => [id, { status, message }]))
  }

  function openBatch(): Batch {
    const wishes: Batch['wishes'] = new Map()
    const saved = Promise.all([before, Bun.sleep(gather_ms)]).then(() => {
      // Those that come while it is saved are the next batch, so that a later choice is saved later.
      open = null
      return save(wishes)
    })
    before = saved.catch(() => undefined)
    return { wishes, saved }
  }

  /** VALIDATION_FAILED for a message that is too long or cannot be stored. */
  return async (actor: Actor, { status, message }: UpdateStatus): Promise<StatusUpdated> => {
    const wanted = message === undefined ? undefined : messageOf(message)
    open ??= openBatch()
    const earlier = open.wishes.get(actor.id)
    open.wishes.set(actor.id, {
      user_id: actor.id,
      status,
      message: wanted === undefined ? earlier?.message : wanted,
    })
    const mine = (await open.saved).get(actor.id)
    if (mine === undefined) throw new AppError('USER_NOT_FOUND')
    return { status: mine.status, message: mine.message }
  }
}

/** As it is stored; null for none. */
function messageOf(message: string | null): string | null {
  const text = (message ?? '').trim().normalize('NFC')
  const reason =
    text.includes('\0') || !text.isWellFormed()
      ? 'must not hold NUL or lone surrogates'
      : isLonger(text, max_message)
        ? `at most ${max_message} characters`
        : null
  if (reason !== null) throw new AppError('VALIDATION_FAILED', [{ field: 'message', reason }])
  return text === '' ? null : text
}
