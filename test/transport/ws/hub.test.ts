import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/kernel/errors.ts'
import { eventually } from '../../services/eventually.ts'
import { openHub, room, scriptedLog, seqOf } from './hub-house.ts'

const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index)
const heardSeqs = (...seqs: number[]) => seqs.map((seq) => ({ seq }))

async function joined(since?: number, committed = 0, more = {}) {
  const log = scriptedLog()
  log.commit(committed)
  const house = openHub(log, more)
  const ear = house.openEar()
  await ear.join(since)
  return { log, ear, ...house }
}

describe('the hub publishes in seq order', () => {
  test.each<[string, number[], number[]]>([
    ['what comes in order', [1, 2, 3], [1, 2, 3]],
    ['what was swapped', [2, 1, 3], [1, 2, 3]],
    ['what came backwards', [4, 3, 2, 1], [1, 2, 3, 4]],
    ['what was repeated', [1, 1, 2, 2, 1, 3, 3], [1, 2, 3]],
  ])('%s', async (_, order, expected) => {
    const { log, ear, receive } = await joined()
    const entries = log.commit(expected.length)
    for (const seq of order) receive(entries[seq - 1]!)
    expect(ear.heard()).toEqual(heardSeqs(...expected))
    expect(log.reads.events).toBe(0)
  })

  test('and a batch in one call', async () => {
    const { log, ear, receive } = await joined()
    receive(...log.commit(100))
    expect(ear.heard()).toEqual(heardSeqs(...upTo(100)))
  })

  test('nothing of a room that nobody here follows', async () => {
    const log = scriptedLog()
    const { receive, published, hub } = openHub(log)
    receive(...log.commit(3))
    expect([published, hub.size]).toEqual([[], 0])
  })
})

describe('a lost event', () => {
  test('is awaited for 50 ms, and then read from the log', async () => {
    const { log, ear, receive } = await joined(undefined, 0, { gap_wait_ms: 50 })
    const entries = log.commit(3)
    const began = performance.now()
    receive(entries[0]!, entries[2]!)
    expect(ear.heard()).toEqual(heardSeqs(1))
    await eventually('the gap filled', () => ear.heard().length === 3)
    expect(performance.now() - began).toBeWithin(45, 250)
    expect(ear.heard()).toEqual(heardSeqs(1, 2, 3))
    expect(log.reads.events).toBe(1)
  })

  test('that comes within that time is not read', async () => {
    const { log, ear, receive } = await joined(undefined, 0, { gap_wait_ms: 30 })
    const entries = log.commit(2)
    receive(entries[1]!)
    receive(entries[0]!)
    await Bun.sleep(60)
    expect(ear.heard()).toEqual(heardSeqs(1, 2))
    expect(log.reads.events).toBe(0)
  })

  test('that comes after it was read is dropped', async () => {
    const { log, ear, receive } = await joined()
    const entries = log.commit(2)
    receive(entries[1]!)
    await eventually('the gap filled', () => ear.heard().length === 2)
    receive(entries[0]!)
    expect(ear.heard()).toEqual(heardSeqs(1, 2))
  })

  test('at the very end is found by comparing with the log', async () => {
    const { log, ear, hub } = await joined()
    log.commit(3)
    await hub.poll()
    await eventually('the events', () => ear.heard().length === 3)
    expect(ear.heard()).toEqual(heardSeqs(1, 2, 3))
  })

  test('that nothing can retell ends in a resync, and the hub goes on after it', async () => {
    const { log, ear, receive } = await joined()
    const entries = log.commit(5)
    log.unreadable.add(2)
    receive(entries[0]!, entries[4]!)
    await eventually('the resync', () => ear.heard().length >= 2)
    expect(ear.heard()).toEqual([{ seq: 1 }, { resync: 5 }])
    receive(...log.commit(1))
    expect(ear.heard().at(-1)).toEqual({ seq: 6 })
    await ear.join(1)
    expect(ear.replies().at(-1)).toMatchObject({ seq: 6, missed: [2, 3, 4, 5, 6] })
  })

  test('is read again and again while the log cannot be read, each time later', async () => {
    const { log, ear, receive, lines } = await joined()
    const entries = log.commit(3)
    log.before = () => Promise.reject(new Error('no database'))
    receive(entries[2]!)
    await eventually('three tries', () => log.reads.events >= 3)
    expect(ear.heard()).toEqual([])
    expect(lines.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    log.before = async () => {}
    await eventually('the events', () => ear.heard().length === 3)
    expect(ear.heard()).toEqual(heardSeqs(1, 2, 3))
  })

  test('of a thousand that wait is bounded, and all come in the end', async () => {
    const { log, ear, receive } = await joined(undefined, 0, { gap_wait_ms: 30 })
    const entries = log.commit(5000)
    receive(...entries.slice(1))
    await eventually('all events', () => ear.heard().length === 5000, 5_000)
    expect(ear.heard()).toEqual(heardSeqs(...upTo(5000)))
  })

  test('that arrives from the log after the room was left and joined anew is not told again', async () => {
    const { log, ear, receive, published } = await joined(undefined, 3)
    const reading = Promise.withResolvers<void>()
    const entries = log.commit(4)
    log.before = () => reading.promise
    receive(entries[3]!)
    await eventually('the read', () => log.reads.events === 1)
    ear.leave()
    log.before = async () => {}
    await ear.join()
    expect(ear.replies().at(-1)).toMatchObject({ seq: 7 })
    const before = published.length
    reading.resolve()
    await Bun.sleep(10)
    expect(published.slice(before)).toEqual([])
    expect(ear.heard()).toEqual([])
  })
})

describe('joining', () => {
  test('says where the room stands, and what comes after it follows', async () => {
    const { log, ear, receive } = await joined(undefined, 7)
    expect(ear.replies()).toMatchObject([{ seq: 7 }])
    receive(...log.commit(2))
    expect(ear.heard()).toEqual(heardSeqs(8, 9))
  })

  test.each<[string, number, number, number[], boolean]>([
    ['nothing when nothing happened', 10, 10, [], false],
    ['everything since', 10, 4, upTo(10, 5), false],
    ['everything of all time', 10, 0, upTo(10), false],
    ['the newest page when too much happened', 700, 100, upTo(700, 651), true],
    ['the newest page to one who is ahead of the log', 10, 11, upTo(10), true],
  ])('with since_seq gets %s', async (_, head, since, missed, reset) => {
    const { ear } = await joined(since, head)
    expect(ear.replies()).toMatchObject([{ seq: head, missed }])
    expect(ear.replies()[0]!.reset ?? false).toBe(reset)
  })

  test('again within the hot tail costs no query', async () => {
    const { log, ear, receive, openEar } = await joined(undefined, 100)
    receive(...log.commit(200))
    const before = { ...log.reads }
    const others = Array.from({ length: 50 }, () => openEar())
    await Promise.all(others.map((other, index) => other.join(100 + index)))
    expect(log.reads).toEqual(before)
    for (const [index, other] of others.entries())
      expect(other.replies()).toMatchObject([{ seq: 300, missed: upTo(300, 101 + index) }])
    receive(...log.commit(1))
    for (const other of [ear, ...others]) expect(other.heard().at(-1)).toEqual({ seq: 301 })
  })

  test('of a thousand sockets at once, to a room nobody followed, reads its head once', async () => {
    const log = scriptedLog()
    log.commit(50)
    const { openEar } = openHub(log)
    const ears = Array.from({ length: 1000 }, () => openEar())
    await Promise.all(ears.map((each) => each.join(40)))
    expect(log.reads.heads).toBe(1)
    expect(log.reads.changes).toBe(0)
    for (const each of ears) expect(each.replies()).toMatchObject([{ seq: 50, missed: upTo(50, 41) }])
  })

  test('reads the log when the tail holds what one event cannot tell', async () => {
    const { log, receive, ear: first, openEar } = await joined(undefined, 10)
    receive(...log.commit(1, false), ...log.commit(1))
    const ear = openEar()
    await ear.join(10)
    expect(log.reads.changes).toBe(1)
    expect(ear.replies()).toMatchObject([{ seq: 12, missed: [11, 12] }])
    const late = openEar()
    await late.join(11)
    expect(log.reads.changes).toBe(1)
    expect(late.replies()).toMatchObject([{ seq: 12, missed: [12] }])
    expect(first.heard()).toEqual(heardSeqs(11, 12))
  })

  test('while events are still on their way waits for them, and tells each once', async () => {
    const { log, ear: first, receive, openEar } = await joined(undefined, 3)
    const entries = log.commit(4)
    const ear = openEar()
    await ear.join(1)
    expect(log.reads).toMatchObject({ changes: 1, events: 1 })
    receive(...entries, ...log.commit(1))
    expect(ear.replies()).toMatchObject([{ seq: 7, missed: upTo(7, 2) }])
    expect(ear.heard()).toEqual(heardSeqs(8))
    expect(first.heard()).toEqual(heardSeqs(4, 5, 6, 7, 8))
  })

  test('is an error while the log cannot be read, and leaves nothing behind', async () => {
    const log = scriptedLog()
    log.before = () => Promise.reject(new AppError('SERVICE_UNAVAILABLE'))
    const { openEar, hub } = openHub(log)
    const one = openEar()
    await expect(one.join(0)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect([hub.size, one.frames, one.session.joined?.size ?? 0]).toEqual([0, [], 0])
    log.before = async () => {}
    await one.join(0)
    expect(one.replies()).toHaveLength(1)
  })

  test('of a room that does not exist says so', async () => {
    const log = scriptedLog()
    log.heads = async () => new Map()
    const { openEar, hub } = openHub(log)
    await expect(openEar().join()).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' })
    expect(hub.size).toBe(0)
  })

  test('ends quietly when the socket closed meanwhile', async () => {
    const log = scriptedLog()
    const reading = Promise.withResolvers<void>()
    log.before = () => reading.promise
    const { openEar, hub } = openHub(log)
    const one = openEar()
    const joining = one.join(0)
    one.session.stage = 'closed'
    reading.resolve()
    await joining
    expect([hub.size, one.frames]).toEqual([0, []])
  })

  test('is followed by one unfollow: when the last has left, the room is forgotten', async () => {
    const { ear, hub, openEar } = await joined()
    const other = openEar()
    await other.join(0)
    await other.join(0)
    ear.leave()
    expect(hub.size).toBe(1)
    other.leave()
    other.leave()
    expect(hub.size).toBe(0)
  })
})

describe('a DM', () => {
  const people = [1, 2] as const
  test('reaches both people on their own feeds, joined or not, once and in order', async () => {
    const log = scriptedLog()
    const { openEar, receive, published } = openHub(log, {}, people)
    const ears = [1, 1, 2, 3].map(openEar)
    const entries = log.commit(4)
    for (const seq of [1, 3, 2, 2, 4]) receive(entries[seq - 1]!)
    expect(ears.map((each) => each.frames.map(seqOf))).toEqual([upTo(4), upTo(4), upTo(4), []])
    expect(published).toHaveLength(8)
  })

  test('with oneself comes once', async () => {
    const log = scriptedLog()
    const { openEar, receive } = openHub(log, {}, [1, 1])
    const one = openEar()
    receive(...log.commit(2))
    expect(one.frames.map(seqOf)).toEqual([1, 2])
  })

  test('is remembered within a bound', async () => {
    const log = scriptedLog()
    const { hub } = openHub(log, { max_idle_conversations: 100 }, people)
    const [entry] = log.commit(1)
    for (const id of upTo(1000))
      hub.receive({ v: 1, kind: 'log', conversation_id: room + id, audience: people, first_seq: 1, entries: [entry!] })
    expect(hub.size).toBeLessThanOrEqual(101)
  })
})
