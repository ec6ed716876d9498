import { expect } from 'bun:test'
import { Lost, signIn } from '../e2e/client.ts'
import { type Server, until } from '../e2e/program.ts'
import { type StoredMessage, stored } from './crowd.ts'
import { asTold, type Follower } from './follower.ts'
import type { Acked, Sender } from './sender.ts'

export interface Chatter {
  token: string
  follower: Follower
  sender: Sender
}

/** Lives through lost connections until everything is sent, or `until_` says it is enough. */
export async function persist({ follower, sender }: Chatter, url: string, enough = () => sender.done()): Promise<void> {
  while (!enough()) {
    try {
      await follower.connect(url)
      await sender.run()
    } catch (cause) {
      if (!(cause instanceof Lost)) throw cause
      follower.client?.cut()
      await Bun.sleep(50)
    }
  }
}

/**
 * The promises, once the storm is over: what was acknowledged is in the database once and as it was acknowledged, seq and number have no hole, history
 * says what the database says, and so does every follower.
 */
export async function judge(
  server: Server,
  { room_id, chatters, followers = [] }: { room_id: number; chatters: Chatter[]; followers?: Follower[] },
): Promise<StoredMessage[]> {
  const rows = await stored(server, room_id)
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))

  const found = new Map(rows.map(({ client_id, id, seq, number }) => [client_id, { id, seq, number }]))
  expect(found.size).toBe(rows.length)
  const acked = chatters.flatMap(({ sender }) => [...sender.acked.values()])
  expect(acked.filter((each) => !isStored(each, found.get(each.client_id)))).toEqual([])
  expect(chatters.flatMap(({ sender }) => sender.refused)).toEqual([])

  const told = rows.map(asTold)
  for (const follower of [...chatters.map((each) => each.follower), ...followers]) {
    // Those who had nothing left to say when the server died had no reason to come back yet.
    if (follower.client.isClosed()) await follower.connect(server.url)
    await until(
      () => follower.seq() >= rows.length,
      20_000,
      `everything is heard, and not only ${follower.seq()} of ${rows.length}`,
    )
    expect(follower.broken).toEqual([])
    expect(firstDifference(follower.transcript(), told)).toBeNull()
  }
  expect(firstDifference(await history(server, chatters[0]!.token, room_id), told)).toBeNull()
  return rows
}

/** Two thousand messages side by side say nothing to a reader. */
function firstDifference<T>(
  had: T[],
  wanted: T[],
): { had: T | undefined; wanted: T | undefined; lengths: number[] } | null {
  const at = Array.from({ length: Math.max(had.length, wanted.length) }, (_, index) => index)
  const index = at.find((index) => !Bun.deepEquals(had[index], wanted[index]))
  return index === undefined ? null : { had: had[index], wanted: wanted[index], lengths: [had.length, wanted.length] }
}

const isStored = ({ id, seq, number }: Acked, row: { id: number; seq: number; number: number } | undefined) =>
  row !== undefined && row.id === id && row.seq === seq && row.number === number

async function history(server: Server, token: string, room_id: number): Promise<ReturnType<typeof asTold>[]> {
  const client = await signIn(server.url, token)
  const pages: StoredMessage[][] = []
  for (let before_id: number | undefined; ;) {
    const { data } = await client.ask('get_history', {
      room_id,
      limit: 100,
      ...(before_id === undefined ? {} : { before_id }),
    })
    const { messages, has_more } = data as unknown as { messages: StoredMessage[]; has_more: boolean }
    pages.unshift(messages)
    before_id = messages[0]?.id
    if (!has_more) break
  }
  await client.close()
  return pages.flat().map(asTold)
}
