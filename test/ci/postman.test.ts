import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

interface Field {
  key: string
  value: string
  disabled?: boolean
}
interface Item {
  name: string
  item?: Item[]
  event?: { script: { exec: string[] } }[]
  request: {
    method: string
    header: Field[]
    auth?: { type: string }
    body?: { raw: string }
    url: { path: string[]; query?: Field[]; variable?: Field[] }
  }
}

/** Sends what Postman would send, with the variables of the collection, and runs the script of a request on its answer. */
function player(variables: Map<string, string>) {
  const filled = (text: string) => text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => variables.get(name) ?? '')
  return async ({ request, event = [] }: Item) => {
    const { method, header, auth, body, url } = request
    const path = url.path.map((part) => part.startsWith(':') ? encodeURIComponent(url.variable?.find(({ key }) => key === part.slice(1))?.value ?? '') : part) // prettier-ignore
    const query = (url.query ?? []).filter(({ disabled }) => disabled !== true).map(({ key, value }) => `${key}=${encodeURIComponent(value)}`) // prettier-ignore
    const headers = new Headers(header.filter(({ disabled }) => disabled !== true).map(({ key, value }): [string, string] => [key, filled(value)])) // prettier-ignore
    if (auth?.type !== 'noauth') headers.set('authorization', `Bearer ${variables.get('access_token')}`)
    const address = `${variables.get('baseUrl')}/${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`
    const response = await fetch(address, { method, headers, ...(body && { body: filled(body.raw) }) })
    const text = await response.text()
    const pm = {
      response: { json: () => JSON.parse(text) as unknown },
      collectionVariables: { set: (name: string, value: string) => variables.set(name, value) },
    }
    // Postman has declared "data", so a script that does so too is none.
    // eslint-disable-next-line no-implied-eval -- It is what Postman does with it.
    for (const { script } of event) new Function('pm', 'data', `"use strict"; ${script.exec.join('\n')}`)(pm)
    return { status: response.status, text }
  }
}

const collection = (await Bun.file(join(import.meta.dir, '../../docs/postman/veza-chat.json')).json()) as { item: Item[]; variable: Field[] } // prettier-ignore
const requests = collection.item.flatMap(({ item = [] }) => item)

test('the collection has every operation of the document', async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> }
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)) // prettier-ignore
  const listed = requests.map(({ request }) => `${request.method} /${request.url.path.join('/')}`)
  expect(listed.toSorted()).toEqual(documented.toSorted())
})

test('signing in keeps the tokens, and the other requests go through with them', async () => {
  const variables = new Map(collection.variable.map(({ key, value }) => [key, value]))
  variables.set('baseUrl', server.url)
  const send = player(variables)
  const named = (name: string) => {
    const found = requests.find((each) => each.name === name)
    if (found === undefined) throw new Error(`there is no "${name}"`)
    return send(found)
  }
  expect((await named('Create an account and sign in')).status).toBe(201)
  const first = variables.get('access_token')
  expect((await named('Sign in')).status).toBe(200)
  expect((await named('Exchange a refresh token for the next pair of tokens')).status).toBe(200)
  expect([variables.get('access_token') !== first, (variables.get('refresh_token') ?? '').length > 20]).toEqual([true, true]) // prettier-ignore
  expect((await named('The user who asks')).status).toBe(200)
  expect((await named('Create a room')).status).toBe(201)
})

test('each request is one that the server understands, as it stands', async () => {
  const variables = new Map([['baseUrl', server.url], ['access_token', (await server.register('grace')).token]]) // prettier-ignore
  const send = player(variables)
  for (const each of requests) {
    const { status, text } = await send(each)
    // Not what is wrong with the request itself: malformed, no such address or method, another type, fields that do not fit.
    const line = `${each.request.method} /${each.request.url.path.join('/')}`
    // Where something is named, it may be that which is not there.
    const own = status === 404 && text.includes('"NOT_FOUND"') && !line.includes(':')
    expect([line, [400, 405, 415, 500].includes(status) || own]).toEqual([line, false])
    if (line === 'POST /api/v1/auth/logout' || line === 'POST /api/v1/auth/logout-all')
      variables.set('access_token', (await server.login('grace')).token)
  }
})
