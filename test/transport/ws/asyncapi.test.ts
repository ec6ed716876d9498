import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import schemaOf3 from '@asyncapi/specs/schemas/3.0.0.json'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import { createShapes } from '../../../src/kernel/shapes.ts'
import { contractOf } from '../../services/contract.ts'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

interface Message {
  name: string
  payload: Shape & { properties: { data: { $ref: string } } }
}
interface Shape {
  title?: string
  $ref?: string
  enum?: string[]
  properties?: Record<string, Shape>
  [keyword: string]: unknown
}
interface Document {
  asyncapi: string
  servers: Record<string, { host: string; pathname: string }>
  operations: Record<string, { action: string; reply?: { messages: { $ref: string }[] } }>
  channels: { ws: { messages: Record<string, { $ref: string }> } }
  components: { messages: Record<string, Message>; schemas: Record<string, Shape> }
}

let server: TestServer
let document: Document

beforeAll(async () => {
  server = await startServer()
  document = (await (await fetch(`${server.url}/asyncapi.json`)).json()) as Document
})
afterAll(() => server.close())

/** The tables of protocol.md, "Commands" and "Events". */
const commands =
  `authenticate ping disconnect join_room leave_room send_message edit_message delete_message get_history pin_message unpin_message get_pinned_messages
  add_reaction remove_reaction get_reactions create_dm send_dm get_dm_history list_dms block_dm typing_start typing_stop mark_read update_status get_presence
  get_members search_messages get_room_stats get_audit_logs sync`.split(/\s+/)
const events =
  `room_message dm_message message_edited message_deleted message_pinned message_unpinned reaction_added reaction_removed typing_start typing_stop user_presence
  read_receipt member_joined member_left member_updated room_updated room_deleted mention unread_updated thread_updated thread_read token_expiring resync server_draining error`.split(
    /\s+/,
  )

describe('/asyncapi.json', () => {
  test('is an AsyncAPI 3.0 document, by its own schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false })
    addFormats(ajv)
    const check = ajv.compile(schemaOf3)
    check(document)
    expect((check.errors ?? []).slice(0, 5)).toEqual([])
    expect(check({ ...document, channels: { ws: { messages: 3 } } })).toBeFalse()
  })

  test('says where to connect', () => {
    expect(document.servers['own']).toMatchObject({ host: new URL(server.url).host, pathname: '/ws' })
  })

  test.each(commands)('has the command %s, and its answers', (type) => {
    expect(document.components.messages[`command.${type}`]).toMatchObject({ name: type })
    expect(document.operations[type]).toMatchObject({ action: 'receive' })
    for (const { $ref } of document.operations[type]?.reply?.messages ?? [])
      expect(document.channels.ws.messages).toHaveProperty([$ref.replace('#/channels/ws/messages/', '')])
  })

  test.each(events)('has the event %s', (type) => {
    expect(document.components.messages[`event.${type}`]).toMatchObject({ name: type })
    expect(document.operations[`on_${type}`]).toMatchObject({ action: 'send' })
  })

  test('points only at what is there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path.split('/'))
    expect(refs.length).toBeGreaterThan(100)
    for (const path of refs) expect(document).toHaveProperty(path)
  })

  test('has no keyword that JSON Schema does not know, and no type that is undecided', () => {
    const ajv = new Ajv({ strict: true, allErrors: true })
    addFormats(ajv)
    const { schemas, messages } = document.components
    for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, `#/components/schemas/${name}`)
    for (const { payload } of Object.values(messages)) ajv.compile(payload)
    for (const name of Object.keys(schemas)) ajv.compile({ $ref: `#/components/schemas/${name}` })
    expect(() => ajv.compile({ type: 'string', error: 'is odd' })).toThrow()
  })

  test('has a name for whatever a generator makes a type of, and one name for one thing', () => {
    const named = new Map<string, string>()
    const nameless: string[] = []
    const look = (schema: unknown, at: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      const { title, properties, enum: values } = schema as Shape
      if (Object.keys(properties ?? {}).length > 0 || values !== undefined) {
        if (title === undefined || title === '') nameless.push(at)
        else expect(named.get(title) ?? JSON.stringify(schema)).toBe(JSON.stringify(schema))
        named.set(title ?? '', JSON.stringify(schema))
      }
      for (const [key, each] of Object.entries(properties ?? {})) look(each, `${at}.${key}`)
      for (const key of ['items', 'anyOf', 'oneOf', 'allOf'])
        [(schema as Shape)[key]].flat().forEach((each) => look(each, `${at}/${key}`))
    }
    const { schemas, messages } = document.components
    for (const [name, schema] of Object.entries(schemas)) look(schema, name)
    for (const [name, { payload }] of Object.entries(messages)) look(payload, name)
    expect(nameless).toEqual([])
    expect(Object.entries(schemas).filter(([name, { title }]) => title !== name)).toEqual([])
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining([
      'Message', 'Reaction', 'Room', 'RoomState', 'DmState', 'Member', 'Membership', 'OwnUser', 'ErrorData', 'UserPresence', 'RoomRole', 'SendMessageData', 'MessageSentData',
    ])) // prettier-ignore
  })

  test('writes what is in many places once', () => {
    const refOf = (name: string) => document.components.messages[name]?.payload.properties.data.$ref
    expect(refOf('event.room_message')).toBe('#/components/schemas/Message')
    expect(refOf('answer.room_joined')).toBe('#/components/schemas/RoomState')
    expect(refOf('event.message_edited')).toBe(refOf('answer.message_pinned'))
    expect(refOf('answer.auth_error')).toBe(refOf('event.error'))
  })

  test('says what is in each part of auth_success and sync_result', () => {
    const { schemas } = document.components
    const states = ['RoomState', 'DmState', 'NotThere'].map((name) => ({ $ref: `#/components/schemas/${name}` }))
    expect(schemas['AuthSuccessData']?.properties).toMatchObject({
      user: { $ref: '#/components/schemas/OwnUser' },
      resumed: { items: { anyOf: states } },
      memberships: { items: { $ref: '#/components/schemas/Membership' } },
    })
    expect(schemas['SyncResultData']?.properties).toMatchObject({ rooms: { items: { anyOf: states } } })
    expect(schemas['RoomState']?.properties).toMatchObject({
      missed: { items: { $ref: '#/components/schemas/Message' } },
    })
  })
})

test('frames are held to it, however deep', async () => {
  const wrong = await contractOf(server.url)
  const pong = { type: 'pong', id: 1, data: { server_time: '2026-01-31T12:00:00.000Z' } }
  const reaction = { emoji: '👍', count: 1, users: [{ user_id: 1, username: 'ada' }] }
  const reactions = (...list: object[]) => ({
    type: 'message_reactions',
    id: 1,
    data: { room_id: 1, room_name: 'General', message_id: 1, total_reactions: 1, reactions: list },
  })
  expect([wrong(pong), wrong(reactions(reaction))]).toEqual([null, null])
  expect(wrong({ ...pong, data: { server_time: 'noon' } })).toContain('server_time')
  expect(wrong(reactions({ ...reaction, hearts: 1 }))).toContain('hearts')
  expect(
    wrong(reactions({ ...reaction, users: [{ user_id: 1, username: 'ada', email: 'ada@example.com' }] })),
  ).toContain('email')
  expect(wrong({ type: 'nothing', data: {} })).toContain('in no document')
})

describe('the shapes of a document', () => {
  test('are refused when two have one name', () => {
    const shapes = createShapes()
    shapes.named(Type.Object({ a: Type.String() }, { title: 'A' }), '')
    shapes.named(Type.Object({ a: Type.String() }, { title: 'A' }), '')
    expect(() => shapes.named(Type.Object({ a: Type.Integer() }, { title: 'A' }), '')).toThrow('the name A')
  })
})
