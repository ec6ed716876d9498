import type { LogContext } from '../../kernel/log.ts'

/** What a value becomes in a log line: JSON without cycles, of bounded size. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain }
export type Field = [key: string, value: Plain]

const MAX_DEPTH = 5
const MAX_ITEMS = 50
const MAX_TEXT = 8192
const MAX_REMEMBERED_KEYS = 1000

const fixed = new Set(['timestamp', 'level', 'target', 'message'])
const secret =
  /(^|_)(pass(word|wd|phrase)?|secrets?|tokens?|tickets?|authorization|cookies?|credentials?|jwt|otp|totp(_code)?|(api|private|encryption|signing)_?keys?)$/
const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi

/** Turns contexts into fields that are safe to write: see `createLog`. */
export function createFields() {
  // Keys are few and come back on every line; the bound is for keys that come from outside.
  const known = new Map<string, boolean>()
  const isSecret = (key: string): boolean => {
    const seen = known.get(key)
    if (seen !== undefined) return seen
    const found = secret.test(
      key
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replaceAll('-', '_')
        .toLowerCase(),
    )
    if (known.size < MAX_REMEMBERED_KEYS) known.set(key, found)
    return found
  }

  const text = (value: string): string => {
    const cut = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}... (${value.length} characters)` : value
    return cut.includes('://') ? cut.replace(urlPassword, '$1:[redacted]@') : cut
  }

  const failure = (error: Error, depth: number): Plain => {
    const plain: { [key: string]: Plain } = { name: error.name, message: text(error.message) }
    if ('code' in error && typeof error.code === 'string') plain['code'] = error.code
    if (error.stack !== undefined) plain['stack'] = text(error.stack)
    if (error.cause !== undefined) plain['cause'] = value(error.cause, depth + 1)
    return plain
  }

  // The walk stops at a depth, so a cycle ends without being looked for.
  const value = (from: unknown, depth: number): Plain => {
    switch (typeof from) {
      case 'string':
        return text(from)
      case 'number':
        return Number.isFinite(from) ? from : String(from)
      case 'boolean':
        return from
      case 'object':
        return from === null ? null : object(from, depth)
      case 'bigint':
        return String(from)
      default:
        return `[${typeof from}]`
    }
  }

  const object = (from: object, depth: number): Plain => {
    if (from instanceof Date) return Number.isNaN(from.getTime()) ? 'Invalid Date' : from.toISOString()
    if (from instanceof Error) return depth > MAX_DEPTH ? text(from.message) : failure(from, depth)
    if (ArrayBuffer.isView(from) || from instanceof ArrayBuffer) return `[${from.byteLength} bytes]`
    if (depth > MAX_DEPTH) return '[deep]'
    if (Array.isArray(from) || from instanceof Set) {
      const items = [...from]
      const plain = items.slice(0, MAX_ITEMS).map((item: unknown) => value(item, depth + 1))
      return items.length > MAX_ITEMS ? [...plain, `... (${items.length} items)`] : plain
    }
    const entries: Iterable<[unknown, unknown]> = from instanceof Map ? from : Object.entries(from)
    const plain: { [key: string]: Plain } = {}
    let count = 0
    for (const [key, item] of entries) {
      if (item === undefined) continue
      if (++count > MAX_ITEMS) return { ...plain, '...': `more than ${MAX_ITEMS} fields` }
      plain[String(key)] = isSecret(String(key)) ? '[redacted]' : value(item, depth + 1)
    }
    return plain
  }

  const of = (context: LogContext): Field[] => {
    const fields: Field[] = []
    for (const key in context) {
      const item = context[key]
      if (item === undefined) continue
      fields.push([fixed.has(key) ? `context_${key}` : key, isSecret(key) ? '[redacted]' : value(item, 0)])
    }
    return fields
  }

  return { of, text }
}
