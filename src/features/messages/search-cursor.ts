import { AppError } from '../../kernel/errors.ts'

/** Where a page of a search ended. */
export interface SearchCursor {
  /** Milliseconds: the moment by which ages are reckoned, the same on every page. */
  at: number
  /** The candidates that are being ranked: ids from `from` and below `below`. Null to look for the next ones below `below`. */
  from: number | null
  below: number
  /** The last result of them that was given. */
  score: number
  id: number
}

const form = /^(\d{13}) (\d{1,16}|-) (\d{1,16}) ([0-9.e+-]{1,24}) (\d{1,16}) ([0-9a-z]{1,16})$/

/** `search` is what was asked: the cursor serves only that. */
export const encodeCursor = ({ at, from, below, score, id }: SearchCursor, search: unknown): string =>
  Buffer.from(`${at} ${from ?? '-'} ${below} ${score} ${id} ${mark(search)}`).toString('base64url')

/** VALIDATION_FAILED for what is no cursor of this search. */
export function decodeCursor(cursor: string, search: unknown): SearchCursor {
  const [, at, from, below, score, id, marked] = form.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (marked !== mark(search) || !Number.isFinite(Number(score)))
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this search' }])
  const highest = Number.MAX_SAFE_INTEGER
  return {
    at: Number(at),
    from: from === '-' ? null : Math.min(Number(from), highest),
    below: Math.min(Number(below), highest),
    score: Number(score),
    id: Math.min(Number(id), highest),
  }
}

const mark = (search: unknown): string => Bun.hash(JSON.stringify(search)).toString(36)
