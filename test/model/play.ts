import { Broken } from './client-model.ts'
import type { Person } from './person.ts'
import type { Step } from './steps.ts'
import type { Frame } from './wire.ts'
import type { Scene, World } from './world.ts'

/** What may be refused, and how, when people do not wait for each other. */
const refusals: Record<string, string[]> = {
  send_message: ['PERMISSION_DENIED', 'MESSAGE_NOT_FOUND', 'ROOM_NOT_FOUND'],
  send_dm: ['CONVERSATION_BLOCKED', 'MESSAGE_NOT_FOUND', 'CONVERSATION_NOT_FOUND'],
  edit_message: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'CONVERSATION_BLOCKED'],
  delete_message: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED'],
  pin_message: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'CONVERSATION_BLOCKED'],
  unpin_message: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'CONVERSATION_BLOCKED'],
  add_reaction: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'CONVERSATION_BLOCKED'],
  remove_reaction: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'CONVERSATION_BLOCKED'],
  mark_read: ['MESSAGE_NOT_FOUND', 'PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND'],
  block_dm: ['CONVERSATION_NOT_FOUND'],
  join_room: ['ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND', 'RESOURCE_CONFLICT'],
  leave_room: ['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND', 'RESOURCE_CONFLICT'],
  get_history: ['PERMISSION_DENIED', 'MESSAGE_NOT_FOUND', 'ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND'],
  get_pinned_messages: ['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND'],
  get_members: ['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND'],
  get_reactions: ['PERMISSION_DENIED', 'MESSAGE_NOT_FOUND'],
}

/** What is known of a run beside the clients' models. */
export interface Story {
  /** Every message that was acknowledged, in the order of the acknowledgements. */
  sent: { id: number; place: number }[]
  /** Users and places of whom nobody knows how far they have read: an answer that would have said so was lost. */
  unsure: Set<string>
}

/** Plays the steps; then everything is answered. */
export async function play(world: World, scene: Scene, steps: readonly Step[]): Promise<Story> {
  const story: Story = { sent: [], unsure: new Set() }
  const running: Promise<unknown>[] = []
  for (const step of steps) {
    const actor = scene.actors[step.who]
    if (actor === undefined) throw new Error('nobody')
    const done = perform(world, scene, story, actor, step)
    if (step.wait) await done
    else running.push(done)
  }
  await Promise.all(running)
  return story
}

function perform(world: World, scene: Scene, story: Story, actor: Person, step: Step): Promise<unknown> {
  const place = scene.places[step.where] ?? scene.open
  const dm = place === scene.direct
  const where = dm ? { conversation_id: place } : { room_id: place }
  const message = (index: number) => {
    const some = story.sent.filter((each) => each.place === place)
    return (some.length > 0 ? some : story.sent).at(-1 - (index % Math.max(1, some.length)))?.id ?? 1
  }
  const ask = async (type: string, data: Record<string, unknown>): Promise<Frame | undefined> => {
    const answer = await actor.ask(type, data)
    if (answer === 'cut') {
      if (type === 'mark_read' || type === 'join_room') story.unsure.add(`${actor.id} ${place}`)
      return undefined
    }
    if (answer.type !== 'error') return answer
    if (refusals[type]?.includes(answer.data.code ?? '') !== true)
      scene.broken.push(new Broken(`${type} ${JSON.stringify(data)} was refused: ${JSON.stringify(answer.data)}`))
    return undefined
  }
  switch (step.do) {
    case 'send': {
      const data = {
        ...where,
        content: step.text,
        ...(step.parent !== null && { parent_id: message(step.parent) }),
        ...(step.expires && { expires_in: 3600 }),
        metadata: {
          ...(step.metadata && { color: 'blue', deep: [{ a: null }] }),
          ...(step.client_id !== null && { client_id: `c${step.client_id}` }),
        },
      }
      return ask(dm ? 'send_dm' : 'send_message', data).then((answer) => {
        const { id, duplicate } = answer?.data ?? {}
        if (id === undefined || duplicate) return
        story.sent.push({ id, place })
      })
    }
    case 'edit':
      return ask('edit_message', { message_id: message(step.target), content: step.text })
    case 'delete':
      return ask('delete_message', { message_id: message(step.target), ...(step.reason && { reason: step.reason }) })
    case 'pin':
      return ask(step.pin ? 'pin_message' : 'unpin_message', { ...where, message_id: message(step.target) })
    case 'react':
      // To the newest few, so that people meet there.
      return ask(step.add ? 'add_reaction' : 'remove_reaction', {
        message_id: message(step.target % 3),
        emoji: step.emoji,
      })
    case 'read':
      return ask('mark_read', { ...where, message_id: message(step.target) })
    case 'block':
      return ask('block_dm', { conversation_id: scene.direct, block: step.block })
    case 'typing':
      actor.tell(step.start ? 'typing_start' : 'typing_stop', where)
      return Promise.resolve()
    case 'status':
      return ask('update_status', { status: step.status })
    case 'join': {
      const known = actor.model.conversations.get(place)
      return ask('join_room', { ...where, ...(known && { since_seq: known.position }) })
    }
    case 'leave':
      // The owner stays; a private room could not be entered again.
      return ask('leave_room', { ...where, forget: step.forget && place === scene.open && step.who > 0 })
    case 'history': {
      if (!actor.model.conversations.has(place)) return ask('get_pinned_messages', where)
      return ask('get_history', {
        ...where,
        limit: step.limit,
        ...(step.before !== null && { before_id: message(step.before) }),
        ...(step.after !== null && { after_id: message(step.after) }),
      })
    }
    case 'look':
      switch (step.at) {
        case 'pins':
          return ask('get_pinned_messages', where)
        case 'reactions':
          return ask('get_reactions', { message_id: message(step.target) })
        case 'members':
          return ask('get_members', where)
        case 'dms':
          return ask('list_dms', {})
        case 'sync':
          return ask('sync', { cursors: scene.places.slice(0, 2).map((room_id) => ({ room_id, since_seq: 0 })) })
        case 'presence':
          return ask('get_presence', { user_ids: world.people.map(({ id }) => id) })
        case 'thread':
          if (!actor.model.conversations.has(place)) return Promise.resolve()
          return ask('get_history', { ...where, parent_id: message(step.target) })
      }
      return Promise.resolve()
    case 'vanish':
      actor.vanish()
      return Promise.resolve()
    case 'connect': {
      if (actor.isConnected()) actor.vanish()
      if (step.how === 'resume') return scene.resume(actor)
      return actor.connect({ memberships: true, ...(step.how === 'all' && { subscribe: 'all' }) })
    }
    case 'expire':
      return world.sql`
        update messages set expires_at = now() where id in (
          select id from messages where expires_at is not null and conversation_id = any (${scene.places}::bigint[]) for update skip locked
        )`.then(() => (step.sweep ? world.expiry.sweep() : undefined))
  }
}
