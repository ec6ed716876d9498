import type { Frame } from './connection.ts'
import { mismatches } from './match.ts'
import { isObject } from './values.ts'

/** What every connection of every scenario must keep, besides what the scenario says. */
export interface Laws {
  /** Judges a frame as it comes. */
  see(frame: unknown, text: string): void
  /** What was broken so far. */
  broken: string[]
}

export interface LawBook {
  /** Every field that a message always has, with its matcher. */
  message: Record<string, unknown>
  error: Record<string, unknown>
  /** Replies and events that are a whole message. */
  messages: string[]
  /** Events that take a place in the log, with the field that says which. */
  log_events: Record<string, string>
  /** Replies that say where one stands from then on. */
  joining: string[]
  leaving: string[]
}

/**
 * Frames are objects with `type` and `data`; times, errors and messages have their shape; what came after joining comes in `seq` order, without a gap and
 * without a repeat; catch-up is in `change_seq` order.
 */
export function createLaws(name: string, book: LawBook): Laws {
  const broken: string[] = []
  /** The seq of the last change seen, by conversation. */
  const heads = new Map<number, number>()

  const breach = (words: string, text: string) => void broken.push(`${name}: ${words}: ${text.slice(0, 400)}`)

  function see(frame: unknown, text: string): void {
    if (!isObject(frame) || typeof frame['type'] !== 'string' || !isObject(frame['data']))
      return breach('a frame is an object with "type" and "data"', text)
    const { type, id, data } = frame as unknown as Frame
    for (const words of shapes(type, data)) breach(words, text)
    const answers = id !== undefined || type === 'auth_success'
    const position = data[(type === 'message_sent' ? 'seq' : book.log_events[type]) ?? '']
    if (id !== undefined && typeof position === 'number') answered(data, position, text)
    if (id === undefined && type in book.log_events) follow(type, data, position, text)
    if (book.joining.includes(type) && answers) stand(data, text)
    if (type === 'auth_success') for (const each of listed(data['resumed'])) stand(each, text)
    if (book.leaving.includes(type) || type === 'resync') forget(data)
  }

  function* shapes(type: string, data: Record<string, unknown>): Generator<string> {
    yield* wrongTimes(data)
    if (type === 'error' || type === 'auth_error') yield* mismatches(book.error, data)
    if (book.messages.includes(type)) yield* wrongMessage(data)
    for (const field of ['messages', 'missed']) for (const each of listed(data[field])) yield* wrongMessage(each)
    const place = data['room_id'] ?? data['conversation_id']
    if (type !== 'error' && place !== undefined && !Number.isSafeInteger(place))
      yield 'a conversation goes by its integer'
  }

  const wrongMessage = (data: Record<string, unknown>) =>
    [
      ...mismatches(book.message, data),
      ...(data['room_id'] === undefined) === (data['conversation_id'] === undefined) ? ['a message has one of room_id and conversation_id'] : [],
      ...(data['is_deleted'] === true && data['content'] !== '' ? ['a deleted message has no content'] : []),
    ] // prettier-ignore

  /** Who makes a change is answered before being told of it with everybody else. */
  function answered(data: Record<string, unknown>, position: number, text: string): void {
    const place = placeOf(data)
    if (place === null || data['duplicate'] === true || data['unchanged'] === true) return
    if ((heads.get(place) ?? 0) >= position) breach('the answer to a change comes before its event', text)
  }

  function follow(type: string, data: Record<string, unknown>, seq: unknown, text: string): void {
    const place = placeOf(data)
    if (place === null || typeof seq !== 'number') return breach(`${type} has a conversation and a seq`, text)
    const before = heads.get(place)
    if (before !== undefined && seq !== before + 1) breach(`the event after seq ${before} has seq ${before + 1}`, text)
    heads.set(place, seq)
  }

  /** Somebody who is already further, as one who had joined before, keeps their place. */
  function stand(data: Record<string, unknown>, text: string): void {
    const place = placeOf(data)
    const { seq } = data
    if (place === null || typeof seq !== 'number') return
    heads.set(place, Math.max(seq, heads.get(place) ?? 0))
    if (data['reset'] !== true && !isLogOrder(listed(data['missed']), seq))
      breach('what was missed comes in change_seq order, up to seq', text)
  }

  function forget(data: Record<string, unknown>): void {
    const place = placeOf(data)
    if (place !== null) heads.delete(place)
  }

  return { see, broken }
}

/** Each change after the one before; only a reply and its parent, which it changed too, share one. */
const isLogOrder = (missed: Record<string, unknown>[], seq: number): boolean =>
  missed.every((each, index) => {
    const before = missed[index - 1]
    const [change, last] = [Number(each['change_seq']), Number(before?.['change_seq'] ?? 0)]
    const isFamily = each['parent_id'] === before?.['id'] || before?.['parent_id'] === each['id']
    return change <= seq && (change > last || (change === last && isFamily))
  })

const placeOf = (data: Record<string, unknown>): number | null => {
  const place = data['room_id'] ?? data['conversation_id']
  return typeof place === 'number' ? place : null
}

const listed = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : [])

function* wrongTimes(value: unknown, path = 'data'): Generator<string> {
  if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* wrongTimes(each, `${path}.${index}`)
  if (!isObject(value)) return
  for (const [key, inner] of Object.entries(value)) {
    // What clients put there is their own.
    if (key === 'metadata' || key === 'details') continue
    if (/_(at|time|until)$/.test(key) && typeof inner === 'string') yield* mismatches('<time>', inner, `${path}.${key}`)
    else yield* wrongTimes(inner, `${path}.${key}`)
  }
}
