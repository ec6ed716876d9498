import { connect } from '../services/client.ts'
import type { Account, TestServer } from '../services/server.ts'
import type { Known } from './document.ts'

export const roles = ['user', 'moderator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Somebody of the role, among people, rooms, messages and direct messages to find; some rooms are theirs, some not. */
export async function furnish(server: TestServer, role: Role): Promise<{ account: Account; known: Known }> {
  const account = await server.register('fuzzer')
  await server.sql`update users set role = ${role} where id = ${account.id}`
  const others = await Promise.all(['ada', 'grace', 'linus', 'barbara'].map((name) => server.register(name)))
  const [ada] = others as [Account, ...Account[]]
  const own = await Promise.all([1, 2, 3, 4].map((n) => server.room(account, { name: `Own ${n}`, slug: `own-${n}` })))
  const shared = await Promise.all([1, 2].map((n) => server.room(ada, { name: `Shared ${n}`, slug: `shared-${n}` })))
  const closed = await server.room(ada, { name: 'Closed', slug: 'closed', is_public: false })
  for (const id of shared) await server.ask(`POST /rooms/${id}/join`, {}, account.token)
  for (const id of [...own, ...shared])
    await server.ask(
      `POST /rooms/${id}/members`,
      { user_id: others[1]?.id },
      id === shared[0] ? ada.token : account.token,
    )

  const socket = await connect(server, { token: account.token })
  const messages: number[] = []
  for (const room_id of [...own, ...shared])
    for (const content of ['tea is served', 'and biscuits']) {
      const { data } = await socket.command('send_message', { room_id, content })
      messages.push(data.message_id)
    }
  const conversations: number[] = []
  for (const { id } of others) {
    const { conversation_id } = (await socket.command('create_dm', { user_id: id })).data
    const { data } = await socket.command('send_dm', { conversation_id, content: 'hello' })
    conversations.push(conversation_id)
    messages.push(data.message_id)
  }
  await socket.close()
  return {
    account,
    known: {
      rooms: [...own, ...shared, closed, 'own-1', 'own-2', 'shared-1', 'general'],
      users: [account.id, ...others.map(({ id }) => id)],
      messages,
      conversations,
    },
  }
}
