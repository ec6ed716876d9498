import { AppError } from '../../kernel/errors.ts'

/** Of a list by ids: the last one of the page before. */
export const encodeId = (id: number): string => Buffer.from(String(id)).toString('base64url')

/** VALIDATION_FAILED for what is no cursor. */
export function decodeId(cursor: string): number {
  const [id] = /^\d{1,15}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return Number(id)
}
