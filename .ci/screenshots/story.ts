import { connect } from '../../test/services/client.ts'
import type { Account, TestServer } from '../../test/services/server.ts'

/** Who says what, how many minutes ago. */
const workshop: [who: 'ada' | 'bob' | 'eve', minutes_ago: number, content: string][] = [
  ['eve', 64, 'Good morning. The new kettle is here: **1.7 litres**, and it tells the room when it boils.'],
  ['ada', 61, 'Nice. Does it speak WebSocket?'],
  ['eve', 58, 'It speaks JSON, so it is a bot like any other:\n```js\nkettle.on(\'boiling\', () => kitchen.send(\'Tea in a minute\'))\n```'],
  ['bob', 31, 'I put the plan for Friday together:\n- [the list of cups](https://example.org/cups) is complete\n- `green` and `black` are ordered\n- cake is still *open*'],
  ['bob', 30, '@ada could you see to the cake?'],
  ['ada', 27, 'With pleasure. Lemon, unless somebody is against it.'],
  ['eve', 4, 'Lemon it is 🍋'],
] // prettier-ignore

const thread: [who: 'ada' | 'bob', minutes_ago: number, content: string][] = [
  ['bob', 55, 'How long does it take to boil when it is full?'],
  ['ada', 53, 'Four minutes. And it keeps warm for half an hour.'],
]

const reactions: [at: number, who: 'ada' | 'bob' | 'eve', emoji: string][] = [
  [0, 'ada', '🎉'],
  [0, 'bob', '🎉'],
  [0, 'bob', '🫖'],
  [3, 'ada', '👍'],
  [3, 'eve', '👍'],
  [5, 'bob', '❤️'],
  [5, 'eve', '🍰'],
]

/** Rooms, people and what they said, for pictures. */
export async function furnish(server: TestServer): Promise<void> {
  const [ada, bob, eve] = [await server.register('ada'), await server.register('bob'), await server.register('eve')]
  const people = { ada, bob, eve }
  const ask = async <T = { id: number }>(who: Account, line: string, body?: object): Promise<T> => {
    const { data, error } = await server.ask(line, body, who.token)
    if (error !== undefined) throw new Error(`${line}: ${JSON.stringify(error)}`)
    return data
  }
  const rooms = { workshop: 'What we build, and when', 'tea-house': 'Green and black', kitchen: 'What is on the stove' }
  for (const [slug, topic] of Object.entries(rooms)) {
    const name = slug[0]!.toUpperCase() + slug.slice(1).replace('-', ' ')
    await ask(eve, 'POST /rooms', { name, slug, topic, is_public: true })
    for (const who of [ada, bob]) await ask(who, `POST /rooms/${slug}/join`)
  }
  const say = async (who: Account, path: string, minutes_ago: number, content: string, more: object = {}) => {
    const { id } = await ask(who, `POST /${path}/messages`, { content, ...more })
    const at = new Date(Date.now() - minutes_ago * 60_000)
    await server.sql`update messages set created_at = ${at}, updated_at = ${at} where id = ${id}`
    return id
  }
  // They are there, too.
  for (const { token } of [bob, eve]) await connect(server, { token })
  const said: number[] = []
  for (const [who, ago, content] of workshop) said.push(await say(people[who], 'rooms/workshop', ago, content))
  for (const [who, ago, content] of thread)
    await say(people[who], 'rooms/workshop', ago, content, { parent_id: said[0] })
  for (const [at, who, emoji] of reactions) await ask(people[who], `POST /messages/${said[at]}/reactions`, { emoji })
  await ask(eve, `POST /messages/${said[3]}/pin`, { pinned: true })

  await say(bob, 'rooms/tea-house', 90, 'The first flush is here. Come and smell it.')
  await say(ada, 'rooms/tea-house', 88, 'On my way.')
  await say(eve, 'rooms/kitchen', 12, '@ada the oven is yours from noon on')
  for (const [who, content] of [
    [bob, 'Which form do you need for the cake?'],
    [eve, 'See you on Friday'],
  ] as const) {
    // prettier-ignore
    const { conversation_id } = await ask<{ conversation_id: number }>(who, 'POST /conversations', { user_id: ada.id })
    await say(who, `conversations/${conversation_id}`, 20, content)
  }
}
