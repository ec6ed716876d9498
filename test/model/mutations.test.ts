import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { Broken, isLogEvent } from './client-model.ts'
import { play } from './play.ts'
import type { Deed, Step } from './steps.ts'
import { judge } from './verdict.ts'
import type { Data, Frame } from './wire.ts'
import { openWorld, type Tamper, type World } from './world.ts'

setDefaultTimeout(60_000)

// That the model can fail: what a server would get wrong is done to its frames on their way, and each must be seen.

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function run(script: readonly Step[], tamper?: Tamper): Promise<void> {
  const scene = await world.scene(tamper)
  try {
    await judge(world, scene, await play(world, scene, script), 2_000)
  } finally {
    await scene.end()
  }
}

const step = (who: number, where: number, deed: Deed): Step => ({ who, where, wait: true, ...deed })
const send = (more: Partial<Extract<Deed, { do: 'send' }>> = {}): Deed => ({ do: 'send', text: 'hello', parent: null, client_id: null, metadata: true, expires: false, ...more }) // prettier-ignore
const react = (target: number, add: boolean): Deed => ({ do: 'react', target, emoji: '👍', add })

/** Everything once, in the public room and a little in the DM; targets count from the newest message of the place. */
const all: Step[] = [
  step(0, 0, send()),
  step(1, 0, send({ text: '@user0 look', parent: 0, expires: true })),
  step(2, 0, react(1, true)),
  step(3, 0, react(1, true)),
  step(2, 0, react(1, false)),
  step(0, 0, { do: 'edit', target: 1, text: '@user1 and @user3' }),
  step(1, 0, { do: 'pin', target: 1, pin: true }),
  step(2, 0, send({ text: 'again', client_id: 1 })),
  step(1, 0, { do: 'pin', target: 2, pin: false }),
  step(1, 0, { do: 'pin', target: 0, pin: true }),
  step(1, 0, { do: 'pin', target: 2, pin: true }),
  step(2, 0, { do: 'delete', target: 0, reason: 'expired' }),
  step(3, 0, { do: 'vanish' }),
  step(0, 0, send({ parent: 2 })),
  step(0, 0, react(0, true)),
  step(3, 0, { do: 'connect', how: 'resume' }),
  step(0, 0, { do: 'expire', sweep: true }),
  step(1, 0, send({ text: '@room come', parent: 0 })),
  step(1, 0, { do: 'edit', target: 0, text: 'hello' }),
  step(0, 0, send({ text: '@here now' })),
  step(0, 2, send()),
  step(1, 2, react(0, true)),
  step(0, 2, send()),
]

test('as it is, everything passes', () => run(all))

/** Changes the first frame for which `change` gives something else, for each person. */
const first =
  (change: (frame: Frame) => Frame[] | undefined): (() => Tamper) =>
  () => {
    const done = new Set<number>()
    return (who, frame) => {
      const changed = done.has(who) ? undefined : change(frame)
      if (changed === undefined) return [frame]
      done.add(who)
      return changed
    }
  }

const data = (type: string, change: (data: Data) => Data | undefined) =>
  first((frame) => {
    const changed = frame.type === type ? change(frame.data) : undefined
    return changed && [{ ...frame, data: { ...frame.data, ...changed } }]
  })

/** Keeps the first frame of a kind until one of another has come. */
const late = (kind: (frame: Frame) => boolean, until: (frame: Frame, kept: Frame) => boolean) => () => {
  const kept = new Map<number, Frame>()
  const done = new Set<number>()
  return (who: number, frame: Frame): Frame[] => {
    const before = kept.get(who)
    if (before !== undefined && until(frame, before)) {
      kept.delete(who)
      return [frame, before]
    }
    if (done.has(who) || !kind(frame)) return [frame]
    done.add(who)
    kept.set(who, frame)
    return []
  }
}

const resumed = (change: (data: NonNullable<Data['resumed']>[number]) => object) =>
  data('auth_success', ({ resumed = [] }) =>
    resumed.some(({ missed = [] }) => missed.length > 0)
      ? { resumed: resumed.map((each) => (each.missed?.length ? { ...each, ...change(each) } : each)) }
      : undefined,
  )

const badge = (field: 'unread_count' | 'mention_count' | 'last_read_number' | 'seq') => () => (_: number, frame: Frame) =>
  [frame.data.memberships === undefined || frame.data.resumed !== undefined ? frame
    : { ...frame, data: { ...frame.data, memberships: frame.data.memberships.map((each) => ({ ...each, [field]: each[field] + 1 })) } }] // prettier-ignore

const mutations: [string, () => Tamper][] = [
  ['an event is lost for good', first((frame) => (isLogEvent(frame) ? [] : undefined))],
  ['the last event is lost for good', first((frame) => (frame.type === 'dm_message' && frame.data.seq === 3 ? [] : undefined))], // prettier-ignore
  ['an event comes twice', first((frame) => (isLogEvent(frame) ? [frame, frame] : undefined))],
  ['two events are swapped', late(isLogEvent, isLogEvent)],
  [
    'an event comes before the answer to its sender',
    late(
      ({ type }) => type === 'message_sent',
      ({ id, data }, sent) => id === undefined && data.id === sent.data.id,
    ),
  ],
  ['a command is answered twice', first((frame) => (frame.type === 'message_sent' ? [frame, frame] : undefined))],
  ['a reply counts twice', () => (_, frame) => [frame.data.parent_thread_count && frame.type === 'room_message' ? { ...frame, data: { ...frame.data, parent_thread_count: frame.data.parent_thread_count + 1 } } : frame]], // prettier-ignore
  ['an edit says what it said before', data('message_edited', () => ({ content: 'hello' }))],
  ['an edit mentions nobody', data('message_edited', () => ({ mentions: [], mention_count: 0 }))],
  ['a call is another', data('room_message', ({ called }) => (called === 'here' ? { called: 'room' } : undefined))],
  ['an edit does not end a call', data('message_edited', ({ content }) => (content === 'hello' ? { called: 'room' } : undefined))], // prettier-ignore
  ['a pin is not seen', data('message_pinned', () => ({ is_pinned: false }))],
  ['another message is deleted', data('message_deleted', ({ message_id = 0 }) => ({ message_id: message_id - 1 }))],
  ['a deletion has another time', data('message_deleted', () => ({ timestamp: new Date(0).toISOString() }))],
  ['an expiry is told as a deletion', data('message_deleted', ({ deleted_by }) => (deleted_by === null ? { deleted_by: 1 } : undefined))], // prettier-ignore
  ['an expiry does not tell its parent', data('message_deleted', ({ parent_thread_count: n }) => (n === undefined ? undefined : { parent_thread_count: null }))], // prettier-ignore
  ['a reaction counts twice', data('reaction_added', ({ count = 0 }) => ({ count: count + 1 }))],
  ['a reaction is of somebody else', data('reaction_added', () => ({ user_id: 1_000_000, username: 'somebody' }))],
  ['a reaction that is gone counts', data('reaction_removed', ({ count = 0 }) => ({ count: count + 1 }))],
  ['a resume misses a message', resumed(({ missed }) => ({ missed: missed?.slice(0, -1) }))],
  ['a resume shows a message as it was', resumed(({ missed }) => ({ missed: missed?.map((each) => ({ ...each, thread_count: 0, reactions: [] })) }))], // prettier-ignore
  ['a resume says a seq too many', resumed(({ seq }) => ({ seq: seq + 1 }))],
  ['a resume says a seq too few', resumed(({ seq }) => ({ seq: seq - 1 }))],
  ['a page misses a message', () => (_, frame) => [frame.type === 'room_history' ? { ...frame, data: { ...frame.data, messages: frame.data.messages?.slice(1) ?? [] } } : frame]], // prettier-ignore
  ['the pins miss one', data('pinned_messages', ({ messages }) => (messages?.length ? { messages: messages.slice(1) } : undefined))], // prettier-ignore
  ['a badge counts one too many unread', badge('unread_count')],
  ['a badge counts one too many mentions', badge('mention_count')],
  ['a read pointer is one too far', badge('last_read_number')],
  ['a membership stands one too far', badge('seq')],
]

test.each(mutations)('it is seen when %s', async (_, tamper) => {
  await expect(run(all, tamper())).rejects.toBeInstanceOf(Broken)
})
