import { deepEquals } from 'bun'
import { Broken } from './client-model.ts'
import type { Person } from './person.ts'
import type { Story } from './play.ts'
import type { Data, Frame, Membership, Message, Page, Reaction } from './wire.ts'
import { placeIn } from './wire.ts'
import type { Scene, World } from './world.ts'

const told_within_ms = 50
const most_tries = 20

/** Brings everybody to the end of every log, and compares what they know with what the server says. */
export async function judge(world: World, scene: Scene, story: Story, patience_ms = 10_000): Promise<void> {
  // Who believes to be up to date must be, by what the feeds brought and nothing else.
  await settled(world, scene, patience_ms, ({ feed }) => feed !== 'none')
  for (;;) {
    await Promise.all(scene.everybody.map((person) => returnAll(scene, person)))
    const heads = await settled(world, scene, patience_ms, () => true)
    try {
      return await compare(world, scene, story, heads)
    } catch (cause) {
      // What a connection that vanished had asked for may have been done just now: a change, or the end of a membership, which is told in a moment.
      await Bun.sleep(told_within_ms)
      if (!scene.everybody.some(isOut) && deepEquals(heads, await world.heads(scene.places))) throw cause
    }
  }
}

const isOut = ({ model }: Person) => [...model.conversations.values()].some(({ feed }) => feed === 'none')

async function compare(world: World, scene: Scene, story: Story, heads: Heads): Promise<void> {
  await Promise.all(scene.everybody.map(complete))

  for (const id of scene.places) {
    const truth = await fresh(scene, id)
    for (const person of scene.everybody) {
      const conversation = person.model.conversations.get(id)
      if (conversation !== undefined) same(person, id, [...conversation.messages.values()], truth)
    }
    for (let position = 1; !scene.resynced.has(id) && position <= (heads.get(id)?.seq ?? 0); position++)
      if (!scene.told.has(`${id} ${position}`)) throw new Broken(`position ${position} of ${id} was told to nobody`)
  }
  // What was told is not known for sure where it could not be told again.
  if (!world.faulty) {
    for (const id of scene.places) calling(scene, id)
    for (const person of scene.actors) await standing(heads, scene, story, person)
  }
  if (scene.broken.length > 0) throw scene.broken[0]
}

/** What has begun to expire is gone from the database. */
async function finishExpiry({ sql, expiry }: World, { places }: Scene): Promise<void> {
  for (;;) {
    await expiry.sweep()
    const rows = await sql`
      select from messages where expires_at <= now() and conversation_id = any (${places}::bigint[]) limit 1`
    if (rows.length === 0) return
  }
}

type Heads = Awaited<ReturnType<World['heads']>>
type Known = ReturnType<Person['model']['of']>

/**
 * Waits until nothing happens any more, the chosen conversations of everybody stand at the head and no answer is awaited. What a connection that vanished had
 * asked for may still be done.
 */
async function settled(
  world: World,
  scene: Scene,
  patience_ms: number,
  chosen: (conversation: Known) => boolean,
): Promise<Heads> {
  const late = performance.now() + patience_ms
  const behind = (person: Person, heads: Heads) =>
    person.isConnected() &&
    (person.isWaiting() ||
      [...person.model.conversations.values()].some(
        (each) => chosen(each) && each.position !== heads.get(each.id)?.seq,
      ))
  for (;;) {
    await finishExpiry(world, scene)
    const heads = await world.heads(scene.places)
    if (scene.broken.length > 0) throw scene.broken[0]
    const person = scene.everybody.find((each) => behind(each, heads))
    if (person === undefined) return heads
    if (performance.now() > late) throw stuck(person, heads)
    await Bun.sleep(2)
  }
}

const stuck = (person: Person, heads: Heads) =>
  new Broken(
    `${person.username} did not come to the end: ${[...person.model.conversations.values()]
      .map(
        ({ id, position, feed, behind }) =>
          `${id} (${feed}${behind ? ', behind' : ''}) at ${position} of ${heads.get(id)?.seq}`,
      ) // prettier-ignore
      .join('; ')}`,
  )

/** Everybody comes back to everything they may see, from where they stood. */
async function returnAll(scene: Scene, person: Person): Promise<void> {
  if (!person.isConnected()) await scene.resume(person)
  for (const { id, feed, position } of person.model.conversations.values())
    if (feed !== 'joined') await need(person, 'join_room', { ...person.reference(id), since_seq: position })
}

/** Reads what a reset or a first look did not tell. */
async function complete(person: Person): Promise<void> {
  for (const conversation of person.model.conversations.values()) {
    let before: number | undefined
    while (!conversation.whole) {
      const { messages } = await pageOf(person, conversation.id, { limit: 7, before_id: before, walk: true })
      before = messages[0]?.id ?? before
    }
  }
}

async function need(person: Person, type: string, data: Record<string, unknown>): Promise<Data> {
  for (let tries = 1; ; tries++) {
    const answer = await person.ask(type, data)
    if (answer === 'cut') throw new Broken(`${type}: the connection closed`)
    if (answer.type !== 'error') return answer.data
    // A membership that ends meanwhile, as a connection that vanished had asked for: the server says to ask again.
    if (type === 'join_room' && answer.data.code === 'RESOURCE_CONFLICT' && tries < most_tries) continue
    throw new Broken(`${type} ${JSON.stringify(data)}: ${JSON.stringify(answer.data)}`)
  }
}

const pageOf = async (person: Person, id: number, more: Record<string, unknown>): Promise<Page> => {
  const {
    messages = [],
    has_more = false,
    total_count = 0,
    seq = 0,
  } = await need(person, 'get_history', {
    ...person.reference(id),
    ...more,
  })
  return { messages, has_more, total_count, seq }
}

/** A conversation as a client finds it who has never been there: its messages, oldest first. */
async function fresh(scene: Scene, id: number): Promise<Message[]> {
  const [reader] = scene.everybody
  if (reader === undefined) throw new Error('nobody reads')
  const found: Message[] = []
  let page: Page
  do {
    page = await pageOf(reader, id, { limit: 100, before_id: found[0]?.id })
    found.unshift(...page.messages)
  } while (page.has_more)

  const pinned = await need(reader, 'get_pinned_messages', reader.reference(id))
  equal(`the pins of ${id}`, sorted(pinned.messages ?? []), found.filter(({ is_pinned }) => is_pinned)) // prettier-ignore
  for (const message of found.filter(({ reactions }) => reactions.length > 0)) {
    const told = (await need(reader, 'get_reactions', { message_id: message.id })) as { reactions?: Reaction[] }
    equal(`the reactions of ${message.id}`, told.reactions, message.reactions)
  }
  const named = found.flatMap(({ author_id, client_id }) =>
    client_id === undefined ? [] : `${author_id} ${client_id}`,
  )
  if (new Set(named).size < named.length)
    throw new Broken(`${id} has two messages of one client_id: ${named.join(', ')}`)
  const replies = Map.groupBy(found, ({ parent_id }) => parent_id)
  for (const message of found) {
    const thread = replies.get(message.id) ?? []
    if (thread.length !== message.thread_count)
      throw new Broken(`${message.id} says it has ${message.thread_count} replies, and has ${thread.length}`)
    if (thread.length === 0) continue
    const told = await pageOf(reader, id, { parent_id: message.id, limit: 100 })
    equal(`the thread of ${message.id}`, told.messages, thread)
  }
  return found
}

const sorted = (messages: readonly Message[]) => messages.toSorted((a, b) => a.id - b.id)

function same(person: Person, id: number, own: readonly Message[], truth: readonly Message[]): void {
  equal(`${person.username}'s ${id}`, ids(sorted(own)), ids(truth))
  for (const [index, message] of sorted(own).entries())
    equal(`${person.username}'s message ${message.id}`, message, truth[index])
}

const byNumber = (a: number, b: number) => a - b
const ids = (messages: readonly Message[]) => messages.map((each) => each.id)

function equal(what: string, own: unknown, truth: unknown): void {
  if (!deepEquals(own, truth, true)) throw new Broken(`${what}: ${JSON.stringify(own)}, and should be ${JSON.stringify(truth)}`) // prettier-ignore
}

interface Called {
  name: string
  slug?: string
  is_public?: boolean
  joined_at: string
}

/** Badges: how many messages, and how many that mention one, come after the pointer. */
async function standing(heads: Heads, scene: Scene, story: Story, person: Person): Promise<void> {
  const answer: Frame | 'cut' = await person.ask('authenticate', { token: person.token, memberships: true })
  if (answer === 'cut') throw new Broken('the connection closed')
  const mine = (answer.data.memberships ?? []).filter((each) => heads.has(placeIn(each)))
  equal(`${person.username}'s memberships`, mine.map(placeIn).toSorted(byNumber), [...person.model.conversations.keys()].toSorted(byNumber)) // prettier-ignore
  for (const each of mine) {
    const id = placeIn(each)
    const messages = [...person.model.of(id).messages.values()]
    const { seq = 0, number = 0 } = heads.get(id) ?? {}
    const created = creations(scene, id)
    const own = created.flatMap(({ author_id, number }) => (author_id === person.id ? (number ?? 0) : []))
    const known = Math.max(person.read.get(id) ?? 0, ...own)
    const read = story.unsure.has(`${person.id} ${id}`) ? Math.max(known, each.last_read_number) : known
    const unread = messages.filter((message) => message.number > read)
    const mentioned = unread.filter((message) =>
        message.mentions.includes(person.id) || (message.called === 'room' && message.author_id !== person.id)) // prettier-ignore
    // What a conversation is called is no matter of the log.
    const { name: _, slug: __, is_public: ___, joined_at: ____, ...told } = each as Membership & Called
    equal(`${person.username}'s standing in ${id}`, told, {
      ...person.reference(id),
      seq,
      message_number: number,
      last_read_number: read,
      unread_count: number - read,
      mention_count: mentioned.length,
      notification_level: 'all',
    })
  }
}

/** What was first told of the messages of a conversation by events of these types. */
const told = (scene: Scene, place: number, types: RegExp): Data[] =>
  [...scene.told].flatMap(([key, json]) => {
    if (!key.startsWith(`${place} `)) return []
    const { type, data } = JSON.parse(json) as Frame
    return types.test(type) ? [data] : []
  })

/** The messages of a conversation as their events first told them. */
const creations = (scene: Scene, place: number): Data[] => told(scene, place, /^(room|dm)_message$/)

/** By what a message called everybody as it was sent: the owner and the moderator of a room may. */
function callOf({ direct, actors }: Scene, place: number, { content = '', author_id }: Data): Message['called'] {
  if (place === direct || !actors.slice(0, 2).some(({ id }) => id === author_id)) return undefined
  return (['room', 'here'] as const).find((call) => content.includes(`@${call}`))
}

/** A message says by what it called everybody, until an edit takes that out of it. */
function calling(scene: Scene, id: number): void {
  const calls = new Map(creations(scene, id).map((each) => [each.id, callOf(scene, id, each)]))
  for (const { id: message_id, content = '' } of told(scene, id, /^message_edited$/))
    if (!content.includes(`@${calls.get(message_id)}`)) calls.delete(message_id)
  for (const person of scene.everybody)
    for (const message of person.model.conversations.get(id)?.messages.values() ?? [])
      equal(`what ${message.id} calls`, message.called, message.is_deleted ? undefined : calls.get(message.id))
}
