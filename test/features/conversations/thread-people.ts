import { type Client, connect } from '../../services/client.ts'
import { type Account, startServer } from '../../services/server.ts'

export interface Told {
  preview: string
  thread_count: number
  seq: number
  last_reply: { preview: string } | null
  last_read_number?: number
  unread_count?: number
  mention_count?: number
}

/** A server with ada, bob and eve, each with an open socket. */
export async function threadPeople() {
  const server = await startServer()
  const enter = async (name: string) => {
    const account = await server.register(name)
    return { ...account, client: await connect(server, { token: account.token }) }
  }
  const [ada, bob, eve] = [await enter('ada'), await enter('bob'), await enter('eve')]

  const post = async (who: Account, room_id: number, draft: object) => {
    const { data } = await server.ask(`POST /rooms/${room_id}/messages`, draft, who.token)
    return data as { id: number; number: number }
  }

  /** A fresh room of all three with a question of ada's. */
  async function question(content = 'Who has the key?') {
    const room_id = await server.room(ada, {})
    for (const { token } of [bob, eve]) await server.ask(`POST /rooms/${room_id}/join`, undefined, token)
    const { id: parent_id } = await post(ada, room_id, { content })
    const say = (who: Account, content: string) => post(who, room_id, { content, parent_id })
    return { room_id, parent_id, say }
  }

  const edit = (who: Account, id: number, content: string) => server.ask(`PUT /messages/${id}`, { content }, who.token)

  /** What the list of somebody says of a room's threads. */
  async function unread(who: Account, room_id: number) {
    const { data } = await server.ask('GET /users/me/unread', undefined, who.token)
    return (data as { threads: (Told & { room_id: number })[] }).threads.filter((one) => one.room_id === room_id)
  }

  const told = ({ client }: { client: Client }, parent_id: number): Told[] =>
    client.events.flatMap(({ type, data }) =>
      type === 'thread_updated' && data['parent_id'] === parent_id ? [data as unknown as Told] : [],
    )

  /** What told somebody how they stand. */
  const counted = (who: { client: Client }, parent_id: number) =>
    told(who, parent_id).filter(({ unread_count }) => unread_count !== undefined)

  return { server, ada, bob, eve, question, edit, unread, told, counted, close: () => server.close() }
}
