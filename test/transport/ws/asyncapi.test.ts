import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import schemaOf3 from '@asyncapi/specs/schemas/3.0.0.json'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

interface Message {
  name: string
  payload: { properties: { data: object } }
}
interface Document {
  asyncapi: string
  servers: Record<string, { host: string; pathname: string }>
  operations: Record<string, { action: string; reply?: { messages: { $ref: string }[] } }>
  channels: { ws: { messages: Record<string, { $ref: string }> } }
  components: { messages: Record<string, Message> }
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
  read_receipt member_joined member_left member_updated room_updated room_deleted mention unread_updated token_expiring resync server_draining error`.split(
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
})
