import { describe, expect, test } from 'bun:test'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'

import { describeServer } from '../../src/app/documents.ts'
import { defaults } from '../../src/platform/config/index.ts'
import { commandsOf, type Document } from '../../src/web/pages/playground/document.ts'
import { type Draft, draftOf, emptyDraft, exampleDraft, fittedDraft } from '../../src/web/pages/playground/draft.ts'
import { type Field, fieldOf } from '../../src/web/pages/playground/field.ts'
import { createFrames } from '../../src/web/pages/playground/frames.ts'
import { linkOf, readLink } from '../../src/web/pages/playground/link.ts'
import { readDraft } from '../../src/web/pages/playground/reading.ts'
import { concealedText } from '../../src/web/pages/playground/secrets.ts'
import { localeOf, sayIn } from '../../src/web/pages/playground/texts.ts'

// As a browser reads it.
const document = JSON.parse(JSON.stringify(describeServer(defaults)['/asyncapi.json']())) as Document
const commands = commandsOf(document)
const commandOf = (type: string) => {
  const found = commands.find((each) => each.type === type)
  if (found === undefined) throw new Error(`there is no command ${type}`)
  return found
}

const ajv = addFormats(new Ajv({ strict: true, allErrors: true }))
for (const [name, schema] of Object.entries(document.components.schemas))
  ajv.addSchema(schema as object, `#/components/schemas/${name}`)
/** What the schema of the document has against the data of a command. */
const complaints = (type: string, data: unknown) => {
  const schema = document.components.messages[`command.${type}`]?.payload.properties.data ?? {}
  return ajv.validate(schema, data) ? [] : (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`) // prettier-ignore
}

/** Everything that anybody could put into the inputs of a form, and much that nobody would. */
function anyDraft(field: Field): fc.Arbitrary<Draft> {
  const text = fc.oneof(fc.constantFrom('', '0', '1', '-1', '1.5', '101', '9007199254740993', '1e400', 'general', '"7"', 'true', '"all"', '{"a":1}', '[]', '\u0000', '😀'), fc.string(), fc.string({ unit: 'binary' })) // prettier-ignore
  const plain: fc.Arbitrary<Draft> = field.is_nullable ? fc.oneof(text, fc.constant(null)) : text
  if (field.kind === 'list') return fc.array(anyDraft(field.item), { maxLength: 4 })
  if (field.kind !== 'object') return plain
  return fc.record({
    ...Object.fromEntries(field.fields.map((each) => [each.name, anyDraft(each.field)])),
    ...(field.is_open && { '*': text }),
  }) as fc.Arbitrary<Draft>
}

describe('the form of a command', () => {
  test('is there for every command of the document', () => {
    const types = Object.keys(document.components.messages).filter((name) => name.startsWith('command.'))
    expect(types.length).toBeGreaterThan(25)
    expect(commands.map(({ type }) => `command.${type}`).toSorted()).toEqual(types.toSorted())
  })

  test.each(commands.map(({ type, data }) => [type, data] as const))(
    'of %s has inputs of its own for all it asks, and begins with what can be sent',
    (type, data) => {
      const kinds = (field: Field): string[] =>
      field.kind === 'object' ? field.fields.flatMap((each) => kinds(each.field)) : [field.kind === 'list' ? kinds(field.item).join() : field.kind] // prettier-ignore
      expect(kinds(data)).not.toContain('json')
      const { value, problems } = readDraft(data, exampleDraft(data))
      expect(problems).toEqual([])
      expect(complaints(type, value)).toEqual([])
    },
  )

  test.each(commands.map(({ type, data }) => [type, data] as const))(
    'of %s lets nothing out that its schema refuses',
    (type, data) => {
      fc.assert(
        fc.property(anyDraft(data), (draft) => {
          const { value, problems } = readDraft(data, draft)
          if (problems.length === 0) expect(complaints(type, value)).toEqual([])
          // What a form says fills the same form again.
          if (problems.length === 0) expect(readDraft(data, draftOf(data, value))).toEqual({ value, problems })
        }),
        { numRuns: 150 },
      )
    },
  )

  const message = { room_id: 'general', content: 'Hello' }
  test.each<[string, string, Record<string, Draft>, object]>([
    ['a slug', 'send_message', message, { room_id: 'general', content: 'Hello' }],
    ['an id', 'send_message', { ...message, room_id: ' 12 ' }, { room_id: 12, content: 'Hello' }],
    ['a slug of digits in quotes', 'send_message', { ...message, room_id: '"12"' }, { room_id: '12', content: 'Hello' }],
    ['null', 'send_message', { ...message, parent_id: null }, { room_id: 'general', content: 'Hello', parent_id: null }],
    ['a value of a list', 'send_message', { ...message, content_type: '"code"' }, { room_id: 'general', content: 'Hello', content_type: 'code' }],
    ['items', 'get_presence', { user_ids: ['1', '2'] }, { user_ids: [1, 2] }],
    ['metadata', 'send_message', { ...message, metadata: { client_id: 'c-1', '*': '{"color": "blue", "client_id": "not this"}' } }, { room_id: 'general', content: 'Hello', metadata: { client_id: 'c-1', color: 'blue' } }],
    ['objects in a list', 'sync', { cursors: [{ room_id: 'general', conversation_id: '', since_seq: '0' }] }, { cursors: [{ room_id: 'general', since_seq: 0 }] }],
    ['false, which is not nothing', 'leave_room', { room_id: '1', forget: 'false' }, { room_id: 1, forget: false }],
  ])('says %s', (_, type, draft, value) => {
    expect(readDraft(commandOf(type).data, draft)).toEqual({ value, problems: [] })
  }) // prettier-ignore

  test.each<[string, string, Record<string, Draft>, object]>([
    ['what is missing', 'send_message', { room_id: 'general', content: '' }, { path: 'content', code: 'required' }],
    ['words for a number', 'edit_message', { message_id: 'one', content: 'x' }, { path: 'message_id', code: 'not_integer' }],
    ['half a number', 'edit_message', { message_id: '1.5', content: 'x' }, { path: 'message_id', code: 'not_integer' }],
    ['too small a number', 'get_history', { room_id: '1', limit: '0' }, { path: 'limit', code: 'too_small', bound: 1 }],
    ['too large a number', 'get_history', { room_id: '1', limit: '101' }, { path: 'limit', code: 'too_large', bound: 100 }],
    ['an id of zero, also where a slug could stand', 'join_room', { room_id: '0' }, { path: 'room_id', code: 'too_small', bound: 1 }],
    ['too long a text', 'delete_message', { message_id: '1', reason: 'é'.repeat(501) }, { path: 'reason', code: 'too_long', bound: 500 }],
    ['a time that is none', 'search_messages', { query: 'x', before: 'yesterday' }, { path: 'before', code: 'bad_form' }],
    ['a value that is not of the list', 'update_status', { status: '"asleep"' }, { path: 'status', code: 'not_a_choice' }],
    ['an empty list that must not be', 'get_presence', { user_ids: [] }, { path: 'user_ids', code: 'too_few', bound: 1 }],
    ['an item of a list', 'get_presence', { user_ids: ['1', 'two'] }, { path: 'user_ids.1', code: 'not_integer' }],
    ['a field within a field', 'send_message', { ...message, metadata: { client_id: '~', '*': '' } }, { path: 'metadata.client_id', code: 'bad_form' }],
    ['metadata that is no JSON', 'send_message', { ...message, metadata: { client_id: '', '*': '{' } }, { path: 'metadata.*', code: 'not_json' }],
    ['metadata that is no object', 'send_message', { ...message, metadata: { client_id: '', '*': '[]' } }, { path: 'metadata.*', code: 'not_object' }],
    ['what lacks in an item', 'sync', { cursors: [{ room_id: 'general', since_seq: '' }] }, { path: 'cursors.0.since_seq', code: 'required' }],
  ])('refuses %s', (_, type, draft, problem) => {
    expect(readDraft(commandOf(type).data, draft).problems).toEqual([problem as never])
  }) // prettier-ignore

  test('counts code points, as the server does', () => {
    const field = fieldOf({ type: 'string', maxLength: 2 }, {})
    expect(readDraft(field, '😀😀')).toEqual({ value: '😀😀', problems: [] })
    expect(readDraft(field, '😀😀😀').problems).toEqual([{ path: '', code: 'too_long', bound: 2 }])
  })

  test('of a schema that contains itself comes to an end', () => {
    const schemas = { Tree: { type: 'object', properties: { tree: { $ref: '#/components/schemas/Tree' } } } }
    expect(JSON.stringify(fieldOf({ $ref: '#/components/schemas/Tree' }, schemas))).toContain('"json"')
  })
})

describe('a link', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'

  test('restores the command and its fields', () => {
    const { data } = commandOf('send_message')
    const draft = fittedDraft(data, { room_id: 'general', content: 'Grüße & "quotes" #1', metadata: { '*': '{"a": 1}' } })
    const shared = readLink(linkOf('send_message', draft, null))
    expect(shared).toEqual({ type: 'send_message', draft, raw: null })
    expect(fittedDraft(data, shared?.draft)).toEqual(draft)
    expect(readLink(linkOf('ping', {}, '{"type": "ping"}'))).toMatchObject({ type: 'ping', raw: '{"type": "ping"}' })
  })

  test.each([
    ['a field', linkOf('authenticate', { token: 'a secret of some other form' }, null)],
    ['a text', linkOf('send_message', { content: `see ${jwt}` }, null)],
    ['a list', linkOf('send_message', { list: [{ note: 'veza_ak_0123456789' }] }, null)],
    ['other fields', linkOf('send_message', { metadata: { '*': `{"t": "${jwt}"}` } }, null)],
    ['a raw frame', linkOf('authenticate', {}, `{"type": "authenticate", "data": {"token": "a secret of some other form"}}`)],
    ['a raw frame that is broken', linkOf('authenticate', {}, `{"token": "a secret of some other form", ${jwt}`)],
  ])('never has a token of %s in it', (_, link) => {
    expect(decodeURIComponent(link)).not.toMatch(/secret|eyJ|0123456789/)
    expect(decodeURIComponent(link)).toContain('$VEZA_TOKEN')
  })

  test.each(['', '#', '#top', '#command=send_message&fields={', '#fields={}'])('that says nothing of ours is left alone: %p', (fragment) => {
    expect(readLink(fragment)).toBeNull()
  })

  test.each([
    ['null', null],
    ['a number', 7],
    ['a text', 'x'],
    ['a list', [{}]],
    ['nothing', {}],
    ['other kinds of fields', { room_id: {}, content: [1], metadata: 'x', attachments: { 0: '1' } }],
    ['names of every object', JSON.parse('{"__proto__": {"content": "x"}, "constructor": "x"}')],
  ])('that was made up fills in only what fits: %s', (_, given) => {
    const { data } = commandOf('send_message')
    expect(fittedDraft(data, given)).toEqual(emptyDraft(data))
  })
}) // prettier-ignore

describe('the timeline', () => {
  const told = (frames: ReturnType<typeof createFrames>) => new Promise<void>((resolve) => frames.subscribe(resolve))

  test('keeps the newest frames, in order, and tells of many at once', async () => {
    const frames = createFrames(2000)
    let tellings = 0
    frames.subscribe(() => (tellings += 1))
    const soon = told(frames)
    for (let index = 0; index < 5000; index++)
      frames.add({ client: 'A', direction: 'in', text: JSON.stringify({ type: 'pong', id: index, data: {} }) })
    await soon
    expect([frames.get().length, frames.get()[0]?.request_id, frames.get().at(-1)?.request_id, tellings]).toEqual([2000, 3000, 4999, 1]) // prettier-ignore
    frames.clear()
    expect(frames.get()).toEqual([])
  })

  test('keeps no token, and leaves everything else as it went over the wire', () => {
    const frames = createFrames(10)
    const add = (text: string) => frames.add({ client: 'B', direction: 'out', text })
    expect(add('{"type":"authenticate","data":{"token":"abc"}}').text).toBe('{"type":"authenticate","data":{"token":"$VEZA_TOKEN"}}') // prettier-ignore
    const odd = '{ "data" :{"content":"about a token" },\n "type":"send_message"}'
    expect(add(odd)).toMatchObject({ type: 'send_message', request_id: null, text: odd })
    expect(add('not JSON')).toMatchObject({ type: '?', text: 'not JSON' })
    expect(concealedText('{"token_kind":"access"}')).toBe('{"token_kind":"access"}')
    // Cut off, and so no JSON.
    const cut = concealedText('{"access_token":"secret-1","refresh_token": "secret-2","password":"secret-3')
    expect(cut).not.toContain('secret-')
  })
})

test('the page speaks the first of the languages it knows', () => {
  expect([['de', 'fr-CA', 'en'], ['en-GB', 'fr'], ['de'], []].map(localeOf)).toEqual(['fr', 'en', 'en', 'en'])
  expect(sayIn('fr')('refused', 'Non.', 'X')).toBe('Refusé\u00a0: Non. (X)')
})
