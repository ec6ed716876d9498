import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { codePoints } from '../../kernel/text.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { FoundUsers, UserSearch } from './schema.ts'
import * as queries from './search-queries.ts'
import type { FoundPosition } from './search-queries.ts'
import { publicView } from './view.ts'

export type UserDirectory = ReturnType<typeof createUserDirectory>

const least_characters = 2

/** People by the beginning of what they are called. */
export function createUserDirectory({ sql }: { sql: Sql }) {
  return {
    /** Case and accents do not count. VALIDATION_FAILED for less than two characters, and for a cursor that is none of ours. */
    search: async (actor: Actor, { q, limit = 20, cursor }: UserSearch): Promise<FoundUsers> => {
      const prefix = await queries.folded(sql, q.trim())
      if (codePoints(prefix) < least_characters)
        throw new AppError('VALIDATION_FAILED', [{ field: 'q', reason: 'needs at least 2 characters' }])
      const after = cursor === undefined ? { list: 0 as const, name: '', id: 0 } : decode(cursor)
      const rows = await queries.search(sql, actor.id, { prefix, after, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        users: page.map(publicView),
        next_cursor: rows.length > limit && last !== undefined ? encode(last) : null,
      }
    },
  }
}

const encode = ({ list, name, id }: FoundPosition) =>
  Buffer.from(JSON.stringify([list, name, id])).toString('base64url')

function decode(cursor: string): FoundPosition {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, list, name, id] = /^\[([01]),"((?:[^"\\]|\\.)*)",(\d{1,15})\]$/.exec(text) ?? []
  const read = name === undefined ? null : readName(name)
  if (list === undefined || id === undefined || read === null)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return { list: list === '0' ? 0 : 1, name: read, id: Number(id) }
}

/** Null for what is no name that PostgreSQL could hold. */
function readName(written: string): string | null {
  try {
    const name = JSON.parse(`"${written}"`) as string
    return name.includes('\0') || !name.isWellFormed() ? null : name
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
}
