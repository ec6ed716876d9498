import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Type } from '@sinclair/typebox'
import Ajv from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { Elysia } from 'elysia'

import { errors } from '../../../src/kernel/errors.ts'
import { createHttp, openapi } from '../../../src/transport/http/index.ts'
import { httpContract, type OpenApi } from '../../services/http-contract.ts'
import { recordLog } from '../../services/log.ts'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

interface Parameter {
  $ref?: string
  name: string
  in: string
  required?: boolean
  description?: string
  schema: object
  example?: unknown
}
interface Media {
  schema: object
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, Media> }
  responses: Record<string, { $ref?: string; headers?: object; content?: Record<string, Media> }>
  'x-permission'?: string | string[]
}
interface Document {
  info: { license: object; version: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, object>
    responses: Record<string, { content?: Record<string, Media> }>
    parameters: Record<string, Parameter>
  }
}

let server: TestServer
let document: Document
let operations: [string, Operation][]

beforeAll(async () => {
  server = await startServer()
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]): [string, Operation] => [`${method.toUpperCase()} ${path}`, each]),
  )
})
afterAll(() => server.close())

const strict = () => {
  const ajv = new Ajv({ strict: true, allErrors: true })
  addFormats(ajv)
  for (const [name, schema] of Object.entries(document.components.schemas))
    ajv.addSchema(schema, `#/components/schemas/${name}`)
  return ajv
}

const operation = (line: string): Operation => {
  const found = operations.find(([each]) => each === line)
  if (found === undefined) throw new Error(`${line} is not documented`)
  return found[1]
}

describe('/openapi.json', () => {
  test('is an OpenAPI 3.1 document, by the schema of its makers', async () => {
    const validator = new Validator()
    const judged = await validator.validate(structuredClone(document) as never)
    expect(judged.errors ?? []).toEqual([])
    expect([judged.valid, validator.version]).toEqual([true, '3.1'])
    expect((await new Validator().validate({ ...structuredClone(document), paths: [] })).valid).toBeFalse()
  })

  test('has schemas that compile under strict JSON Schema 2020-12, wherever they stand', () => {
    const ajv = strict()
    let seen = 0
    const compile = (schema: object) => {
      seen++
      ajv.compile(schema)
    }
    for (const name of Object.keys(document.components.schemas)) compile({ $ref: `#/components/schemas/${name}` })
    for (const [, { parameters = [], requestBody, responses }] of operations) {
      for (const each of parameters) if (each.$ref === undefined) compile(each.schema)
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)])
        for (const { schema } of Object.values(content)) compile(schema)
    }
    expect(seen).toBeGreaterThan(50)
  })

  test('points only at what is there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path.split('/'))
    expect(refs.length).toBeGreaterThan(100)
    for (const path of refs) expect(document).toHaveProperty(path)
  })

  test('has examples that fit', () => {
    const ajv = strict()
    const wrong: string[] = []
    let seen = 0
    const judge = (place: string, schema: object, example: unknown) => {
      if (example === undefined) return
      seen++
      if (!ajv.validate(schema, example)) wrong.push(`${place}: ${ajv.errorsText()}`)
    }
    const content = (place: string, media: Record<string, Media> = {}) => {
      for (const { schema, example, examples = {} } of Object.values(media)) {
        judge(place, schema, example)
        for (const [name, { value }] of Object.entries(examples)) judge(`${place} ${name}`, schema, value)
      }
    }
    for (const [line, { parameters = [], requestBody, responses }] of operations) {
      for (const each of parameters) judge(`${line} ${each.name}`, each.schema, each.example)
      content(line, requestBody?.content)
      for (const [status, response] of Object.entries(responses)) content(`${line} ${status}`, response.content)
    }
    for (const [name, response] of Object.entries(document.components.responses)) content(name, response.content)
    expect(wrong).toEqual([])
    expect(seen).toBeGreaterThan(40)
  })

  test('has every route below /api/v1 and no other, none of them twice', () => {
    const listed = server.app.routes
      .filter(({ hidden }) => !hidden)
      .map(({ method, path }) => `${method} ${path.replace(/(.)\/$/, '$1').replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(operations.map(([line]) => line).toSorted()).toEqual(listed.toSorted())
    const ids = operations.map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/)
    expect(JSON.stringify(document)).not.toContain('/files')
  })

  test('says of every operation what it does, under a tag that is explained', () => {
    const explained = new Set(document.tags.map(({ name }) => name))
    for (const [line, { summary, tags, operationId }] of operations) {
      expect([line, summary !== operationId && /^[A-Z]/.test(summary)]).toEqual([line, true])
      expect([line, tags.length > 0 && tags.every((tag) => explained.has(tag))]).toEqual([line, true])
    }
  })

  test('says of every parameter what it means, and has those that an address names', () => {
    const unexplained: string[] = []
    for (const [line, { parameters = [] }] of operations) {
      const own = parameters.map((each) =>
        each.$ref === undefined ? each : document.components.parameters[each.$ref.split('/').at(-1) ?? ''],
      )
      for (const each of own) if (each?.description === undefined) unexplained.push(`${each?.name} of ${line}`)
      const named = own.filter((each) => each?.in === 'path').map((each) => `{${each?.name}}`)
      expect([line, ...named].slice(1)).toEqual(line.match(/\{\w+\}/g) ?? [])
    }
    expect(unexplained).toEqual([])
  })

  test.each([
    ['POST /api/v1/auth/register', 'auth.register', [], undefined],
    ['POST /api/v1/auth/refresh', 'auth.refresh', [{}, { refreshCookie: [] }], undefined],
    ['POST /api/v1/auth/logout-all', 'auth.logout_all', [{ bearer: [] }], undefined],
    ['GET /api/v1/users/me', 'users.me.get', [{ bearer: [] }, { apiKey: [] }], 'read_messages'],
    ['GET /api/v1/rooms', 'rooms.list', [{ bearer: [] }, { apiKey: [] }], 'read_messages'],
    ['POST /api/v1/rooms', 'rooms.create', [{ bearer: [] }, { apiKey: [] }], 'create_rooms'],
    [
      'PUT /api/v1/rooms/{id}/members/{user_id}',
      'rooms.members.update',
      [{ bearer: [] }, { apiKey: [] }],
      ['manage_members', 'mute_users', 'edit_profile'],
    ],
    ['GET /health', 'system.health', [], undefined],
  ] as const)('%s is %s, and says who may', (line, id, security, permission) => {
    const found = operation(line)
    expect([found.operationId, found.security, found['x-permission']] as unknown[]).toEqual([id, security, permission])
  })

  test.each([
    ['POST /api/v1/auth/register', '201 400 401 403 409 413 415 422 429 431 503'],
    ['GET /api/v1/users/me', '200 304 400 401 403 422 429 431 503'],
    ['GET /api/v1/rooms/{id}', '200 304 400 401 403 404 422 429 431 503'],
    ['POST /api/v1/rooms', '201 400 401 403 404 409 413 415 422 429 431 503'],
    ['DELETE /api/v1/rooms/{id}', '204 400 401 403 404 409 413 415 422 429 431 503'],
    ['GET /ready', '200 431 503'],
  ])('%s is answered %s', (line, statuses) => {
    expect(Object.keys(operation(line).responses).join(' ')).toBe(statuses)
  })

  test('says what the runtime answers to a head of more than 16 KiB, with and without a body', async () => {
    const head_too_large = { $ref: '#/components/responses/HeadTooLarge' }
    for (const [, { responses }] of operations) expect(responses[431]).toEqual(head_too_large)
    expect(document.components.responses['HeadTooLarge']?.content).toBeUndefined()
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`${server.url}/api/v1/rooms?q=${'a'.repeat(16_384)}`, { method })
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([431, null, ''])
    }
    expect((await fetch(`${server.url}/api/v1/rooms?q=${'a'.repeat(15_000)}`)).status).toBe(401)
  })

  test('has each code of an error in one place, and an example of each that HTTP has', () => {
    const { schemas, responses } = document.components
    expect(schemas['ErrorCode']).toMatchObject({ type: 'string', enum: Object.keys(errors) })
    const shown = Object.values(responses).flatMap(({ content }) => Object.keys(content?.['application/json']?.examples ?? {})) // prettier-ignore
    expect(shown).toContain('ROOM_FULL')
    expect(shown).not.toContain('AUTH_TIMEOUT')
  })

  test('names literals plainly, and types by their titles', () => {
    const { schemas } = document.components
    expect(schemas['Role']).toMatchObject({ type: 'string', enum: ['guest', 'user', 'moderator', 'admin'] })
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(['Room', 'RoomDraft', 'Member', 'OwnUser', 'SignedIn', 'Error'])) // prettier-ignore
    for (const [name, schema] of Object.entries(schemas)) expect(schema).toMatchObject({ title: name })
  })

  test('says where it is, when it is told', () => {
    expect(document.servers[0]?.url).toBe('/')
    const own = openapi({ routes: [], version: '1', public_url: 'https://chat.example/' }) as Document
    expect(own.servers[0]?.url).toBe('https://chat.example')
  })
})

const faceOf = (plugin: Elysia) => {
  const http = createHttp({ log: recordLog(), trusted_proxies: [], allowed_origins: [], max_body_size: 0, request_timeout: 0, routes: [plugin as never], ready: async () => ({ ok: true, checks: {} }) }) // prettier-ignore
  return openapi({ routes: http.app.routes, version: 'test', public_url: '' }) as OpenApi
}

describe('what a document is held to', () => {
  const Thing = Type.Object({ id: Type.Integer(), note: Type.Optional(Type.String()) }, { title: 'Thing' })
  const document = faceOf(
    new Elysia({ prefix: '/things' })
      .get('/:id', () => ({ id: 1 }), { params: Type.Object({ id: Type.Integer() }), response: Thing })
      .get('/me', () => ({ id: 1 }), { response: Thing })
      .post('', () => ({ id: 1 }), { response: { 201: Thing } })
      .delete('/:id', () => undefined) as never,
  )
  const holds = httpContract(document)
  const json = { 'content-type': 'application/json; charset=utf-8' }
  const good = { success: true, data: { id: 1 } }
  const at = { method: 'GET', path: '/api/v1/things/1', status: 200, headers: new Headers(json), body: good as unknown }

  test.each([
    ['what it says', {}],
    ['an address that it does not have', { path: '/nowhere', status: 404 }],
    ['a method that it does not have', { method: 'PATCH', status: 405 }],
    ['nothing to say', { method: 'DELETE', status: 204, body: undefined }],
    ['a query', { path: '/api/v1/things/1?x=1' }],
  ])('%s holds', (_, change) => {
    expect(holds({ ...at, ...change })).toBeNull()
  })

  test.each([
    ['a status that it does not have', { status: 418 }, 'does not document'],
    ['an answer without the envelope', { body: { id: 1 } }, 'success'],
    ['a field of another type', { body: { success: true, data: { id: 'x' } } }, 'must be integer'],
    ['a field that it does not have', { body: { success: true, data: { id: 1, password: 'x' } } }, 'additional'],
    [
      'a code that there is not',
      {
        status: 403,
        body: {
          success: false,
          error: { code: 'NO', message: '', timestamp: '2026-11-22T10:43:21.398Z', request_id: 'x' },
        },
      },
      'one of the allowed',
    ],
    ['another type of content', { headers: new Headers({ 'content-type': 'text/html' }) }, 'as text/html'],
    ['making without saying where', { method: 'POST', path: '/api/v1/things', status: 201 }, 'Location'],
    ['something to say where it says nothing', { method: 'DELETE', status: 204 }, 'with a body'],
  ])('%s does not', (_, change, words) => {
    expect(holds({ ...at, ...change })).toContain(words)
  })

  test('an address that is written out comes before one with a name in it', () => {
    expect(holds({ ...at, path: '/api/v1/things/me', body: {} })).toContain('things.me.get')
  })

  test('two routes of one name are refused, and two schemas', () => {
    const get = (path: string, operationId: string, schema: object) =>
      new Elysia().get(path, () => ({}) as never, { response: schema as never, detail: { operationId } })
    const two = (one: string, other: string, title: string) =>
      faceOf(get('/a', one, Type.Object({ a: Type.String() }, { title: 'A' })).use(get('/b', other, Type.Object({ b: Type.String() }, { title }))) as never) // prettier-ignore
    expect(() => two('a.get', 'a.get', 'B')).toThrow('GET /api/v1/a and GET /api/v1/b are both called a.get')
    expect(() => two('a.get', 'b.get', 'A')).toThrow('two schemas have the name A')
    expect(Object.keys(two('a.get', 'b.get', 'B').components.schemas)).toEqual(expect.arrayContaining(['A', 'B']))
  })
})
