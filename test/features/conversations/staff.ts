import { FormatRegistry, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { expect } from 'bun:test'
import { conversationEvents } from '../../../src/features/conversations/index.ts'
import type { Client, Frame } from '../../services/client.ts'
import type { Account, TestServer } from '../../services/server.ts'

/** Everybody whom a rule of rank tells apart. The last two have roles on the server; `chief` and `sheriff` have joined no room, `deputy` has. */
export const names = ['owner', 'owner2', 'admin', 'admin2', 'mod', 'mod2', 'member', 'member2', 'deputy', 'outsider', 'chief', 'sheriff'] as const // prettier-ignore
export type Name = (typeof names)[number]
export type Staff = Record<Name, Account>

const roleIn = (name: Name) => /^(owner|admin|mod)/.exec(name)?.[0].replace(/^mod$/, 'moderator') ?? 'member'

export async function hire(server: TestServer): Promise<Staff> {
  const staff = {} as Staff
  for (const name of names) staff[name] = await server.register(name)
  await server.sql`update users set role = 'admin' where username = 'chief'`
  await server.sql`update users set role = 'moderator' where username in ('deputy', 'sheriff')`
  return staff
}

/** A room with all of them in it, but `outsider`, `chief` and `sheriff`. */
export async function staffedRoom(server: TestServer, staff: Staff, draft: object = {}): Promise<number> {
  const room_id = await server.room(staff.owner, draft)
  for (const name of names.slice(1, 9)) {
    const { error } = await server.ask(
      `POST /rooms/${room_id}/members`,
      { user_id: staff[name].id, role: roleIn(name) },
      staff.owner.token,
    )
    if (error !== undefined) throw new Error(`${name}: ${JSON.stringify(error)}`)
  }
  return room_id
}

const kinds: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  uuid: /^[\da-f-]{36}$/,
}
for (const [kind, pattern] of Object.entries(kinds)) FormatRegistry.Set(kind, (text) => pattern.test(text))

const specs = new Map(conversationEvents.map(({ type, data }) => [type, data]))

/** Nothing missing, nothing of another type, nothing that the schema does not name. */
export function expectShape(schema: TSchema, data: unknown): void {
  expect([...Value.Errors(schema, data)].map(({ path, message }) => `${path} ${message}`)).toEqual([])
  expect(data).toEqual(Value.Clean(schema, structuredClone(data)) as never)
}

/** The next event of a type about a room, in the shape that its spec says. */
export async function told(client: Client, type: string, room_id: number): Promise<Frame['data']> {
  const { data } = await client.next((event) => event.type === type && event.data.room_id === room_id)
  expectShape(specs.get(type)!, data)
  return data
}
