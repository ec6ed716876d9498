import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let home: TestServer
let ada: Account

beforeAll(async () => {
  home = await startServer()
  ada = await home.register('ada')
})
afterAll(() => home.close())

const started = (max_connections_per_user: number, connection_limit_policy: 'reject' | 'evict') =>
  startServer({ limits: { max_connections_per_user, connection_limit_policy } }, home.database)

/** Sockets that prove who they are at the same moment: all are open before the first frame is sent. One may be evicted before its answer. */
async function together(on: TestServer, count: number): Promise<Client[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => connect(on)))
  for (const client of clients) client.raw(JSON.stringify({ type: 'authenticate', data: { token: ada.token } }))
  await eventually('their answers', () => clients.every((client) => client.frames.length > 0 || client.isClosed()))
  return clients
}

const answers = (clients: readonly Client[]) => clients.map(({ frames }) => frames[0]?.type)

describe('reject', () => {
  test('of two that authenticate at the same moment for one place lets one in', async () => {
    const limited = await started(1, 'reject')
    const clients = await together(limited, 2)
    expect(new Set(answers(clients))).toEqual(new Set(['auth_error', 'auth_success']))
    const refused = clients.find(({ frames }) => frames[0]?.type === 'auth_error')!
    expect(await refused.closed()).toMatchObject({ code: 4409 })
    expect(clients.filter((client) => client.isClosed())).toEqual([refused])
    await limited.close()
  })

  test('gives every place back after a storm', async () => {
    const limited = await started(3, 'reject')
    const storm = await together(limited, 40)
    const inside = storm.filter(({ frames }) => frames[0]?.type === 'auth_success')
    expect(inside).toHaveLength(3)
    await Promise.all(inside.map((client) => client.close()))
    const again = await eventually('three free places', async () => {
      const clients = await together(limited, 3)
      if (!answers(clients).includes('auth_error')) return clients
      await Promise.all(clients.map((client) => client.isClosed() || client.close()))
      return undefined
    })
    expect(again).toHaveLength(3)
    await limited.close()
  })
})

describe('evict', () => {
  test('of two that authenticate at the same moment for one place leaves one', async () => {
    const limited = await started(1, 'evict')
    const clients = await together(limited, 2)
    const evicted = await eventually('one evicted', () => clients.find((client) => client.isClosed()))
    expect(await evicted.closed()).toMatchObject({ code: 4409 })
    const left = clients.find((client) => client !== evicted)!
    expect((await left.command('join_room', { room_id: 'general' })).type).toBe('room_joined')
    await limited.close()
  })

  test('under a storm leaves as many as may be, alive and served, and ends the rest with 4409', async () => {
    const limited = await started(3, 'evict')
    const storm = await together(limited, 40)
    const open = () => storm.filter((client) => !client.isClosed())
    await eventually('all but three gone', () => open().length === 3)
    const ended = await Promise.all(storm.filter((client) => client.isClosed()).map((client) => client.closed()))
    expect(new Set(ended.map(({ code }) => code))).toEqual(new Set([4409]))
    for (const client of open()) {
      expect(answers([client])).toEqual(['auth_success'])
      expect((await client.command('list_dms')).type).toBe('dm_list')
    }
    expect(open()).toHaveLength(3)
    await limited.close()
  })

  test('renewing evicts nobody', async () => {
    const limited = await started(2, 'evict')
    const clients = [await connect(limited, { token: ada.token }), await connect(limited, { token: ada.token })]
    for (const client of clients)
      expect((await client.command('authenticate', { token: ada.token })).type).toBe('auth_success')
    expect(clients.filter((client) => client.isClosed())).toEqual([])
    await limited.close()
  })
})
