import { AppError } from '../../kernel/errors.ts'
import { codePoints, isLonger } from '../../kernel/text.ts'

const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u
const max_metadata_depth = 8

/**
 * What is stored for a content: as sent, NFC-normalised (Unicode Standard Annex 15). `max` is in code points, 0 for no limit.
 * MESSAGE_EMPTY when nothing of it can be seen, MESSAGE_TOO_LONG, VALIDATION_FAILED for NUL and lone surrogates.
 */
export function contentOf(text: string, max: number): string {
  requireStorable('content', text)
  const content = text.normalize('NFC')
  if (!visible.test(content)) throw new AppError('MESSAGE_EMPTY')
  if (max > 0 && isLonger(content, max))
    throw new AppError('MESSAGE_TOO_LONG', { max_message_length: max, length: codePoints(content) })
  return content
}

/** VALIDATION_FAILED for what PostgreSQL cannot hold. */
export function requireStorable(field: string, text: string): void {
  if (!storable(text))
    throw new AppError('VALIDATION_FAILED', [{ field, reason: 'must not hold NUL or lone surrogates' }])
}

/** Whether PostgreSQL can hold it. */
const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** The JSON of a metadata object, or null when it is empty. `max_size` is in bytes, 0 for no limit. VALIDATION_FAILED, PAYLOAD_TOO_LARGE. */
export function metadataOf(metadata: Record<string, unknown>, max_size: number): string | null {
  if (!plain(metadata, max_metadata_depth)) {
    throw new AppError('VALIDATION_FAILED', [
      {
        field: 'metadata',
        reason: `must not hold NUL or lone surrogates, nor be nested deeper than ${max_metadata_depth}`,
      },
    ])
  }
  const json = JSON.stringify(metadata)
  if (json === '{}') return null
  const size = Buffer.byteLength(json)
  if (max_size > 0 && size > max_size)
    throw new AppError('PAYLOAD_TOO_LARGE', { field: 'metadata', max_metadata_size: max_size, size })
  return json
}

function plain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  for (const [key, inner] of Object.entries(value)) if (!storable(key) || !plain(inner, depth - 1)) return false
  return true
}

const name = /(?<![\p{L}\p{N}_.@-])@([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/gu
const max_mentions = 50

/** The names after an @, in lower case and without what ends a sentence: at most 50. Who of them exists is decided where the message is written. */
export function mentionedNames(content: string): string[] {
  if (!content.includes('@')) return []
  const names = new Set<string>()
  for (const [, found = ''] of content.matchAll(name)) {
    names.add(found.replace(/[.-]+$/, '').toLowerCase())
    if (names.size === max_mentions) break
  }
  return [...names]
}
