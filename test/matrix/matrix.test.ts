import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { grantable, type Scope } from '../../src/kernel/permissions.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'
import { absent, addressOf, type Ask } from './asking.ts'
import { askings } from './askings.ts'
import { appointChief, type Cell, createCast, jwt_secret, passwords } from './cast.ts'
import { type Column, standings } from './columns.ts'
import { readRows, type Row } from './document.ts'
import { createRequests, type Credential, said, shapeOf, type Told } from './requests.ts'
import { owed, trailOf } from './trail.ts'

setDefaultTimeout(60_000)

const rows = await readRows()
let server: TestServer
let chief: Account
let cast: ReturnType<typeof createCast>
let request: ReturnType<typeof createRequests>

beforeAll(async () => {
  server = await startServer(
    {
      security: { jwt_secret },
      limits: { max_audited_refusals_per_minute: 0, max_audited_refusals_total_per_minute: 0 },
    },
    undefined,
    { onDrain: () => {} },
  )
  chief = await appointChief(server)
  const hashed = await Promise.all(
    Object.entries(passwords).map(async ([who, password]) => {
      const { id } = await server.register(`hash-${who}`, password)
      const [row] = await server.sql<{ hash: string }[]>`select password_hash as hash from users where id = ${id}`
      return [who, row?.hash ?? '']
    }),
  )
  cast = createCast(server, Object.fromEntries(hashed))
  request = createRequests(server)
})
afterAll(() => server.close())

/** The permissions of which a key needs one; none where no key may. */
const scopesOf = ({ needs }: Row): Scope[] =>
  needs === 'public' || needs === 'no key' ? [] : (needs.split(', ') as Scope[])

async function keyFor(row: Row, { column, as, asker }: Cell): Promise<string> {
  const needed = scopesOf(row)
  const all = [...grantable(standings[as].role)]
  const permissions = column === 'key with' && needed.length > 0 ? needed : all.filter((each) => !needed.includes(each))
  const { data, error } = await server.ask('POST /auth/api-keys', { name: column, permissions }, asker.token)
  if (data === undefined) throw new Error(`no key for ${row.label}: ${JSON.stringify(error)}`)
  return (data as { key: string }).key
}

/** What the asker of a cell comes with, once they are what the column says. */
async function credentialOf(row: Row, cell: Cell): Promise<Credential> {
  const { column, asker } = cell
  if (column === 'nobody') return {}
  if (column === 'key without' || column === 'key with') return { key: await keyFor(row, cell) }
  const { token } = asker
  if (column === 'revoked') expect((await server.ask('POST /auth/logout', undefined, token)).status).toBe(204)
  if (column === 'banned') {
    const answer = await server.ask(`PUT /admin/users/${asker.id}`, { active: false }, chief.token)
    expect(answer.status).toBe(200)
  }
  return { token }
}

/** Asks all cells of a row, each about things of its own. */
async function play(row: Row) {
  const asking = askings[row.label]
  if (asking === undefined) throw new Error(`nothing says how ${row.label} is asked`)
  const cells = await cast(asking.able ?? 'own')
  const played = await Promise.all(
    cells.map(async (cell) => {
      const ask = await asking.make(cell, server)
      const credential = await credentialOf(row, cell)
      return { cell, ask, credential, told: await request(addressOf(row.endpoint, ask), ask.body, credential) }
    }),
  )
  return new Map(played.map((each) => [each.cell.column, each]))
}

/** How the same is answered about what does not exist. */
const toldOfNothing = (row: Row, ask: Ask, credential: Credential): Promise<Told> => {
  const nothing = (askings[row.label]?.absent ?? absent)(ask)
  return request(addressOf(row.endpoint, nothing), nothing.body, credential)
}

describe('each endpoint answers as docs/permissions.md says', () => {
  test.each(rows.map((row): [string, Row] => [row.label, row]))('%s', async (_, row) => {
    const played = await play(row)
    const answers = [...played].map(([column, { told }]): [Column, string] => [column, said(told)])
    expect(Object.fromEntries(answers)).toEqual(row.expected)

    for (const column of ["other's", 'mod outside', 'admin outside'] as const) {
      const { ask, credential, told } = played.get(column)!
      if (told.status !== 404) continue
      const nothing = await toldOfNothing(row, ask, credential)
      expect([column, shapeOf(nothing)]).toEqual([column, shapeOf(told)])
    }

    if (row.needs === 'public') return
    expect((await server.ask('GET /admin/audit?limit=1', undefined, chief.token)).status).toBe(200)
    const cells = [...played.values()].map(({ cell }) => cell)
    expect(await trailOf(server, row, cells)).toEqual(owed(row))
  })
})

interface Operation {
  security: Record<string, string[]>[]
  'x-permission'?: string | string[]
}

describe('docs/permissions.md', () => {
  const endpoints = [...new Set(rows.map(({ endpoint }) => endpoint))]

  test('has every route, and no other', () => {
    // Those of later versions are not in the OpenAPI document either.
    const served = server.app.routes.filter(({ path, hidden }) => !hidden || !path.startsWith('/api/v1'))
    const routes = served.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(endpoints.toSorted()).toEqual(routes.toSorted())
  })

  test('has every row once, and each is asked', () => {
    expect(rows.map(({ label }) => label).toSorted()).toEqual(Object.keys(askings).toSorted())
  })

  test('says what a key needs as the OpenAPI document does', async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>
    }
    const needs = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security, 'x-permission': permission }]): [string, string[]] => {
        const isPublic = !security.some((way) => 'bearer' in way)
        return [`${method.toUpperCase()} ${path}`, isPublic ? ['public'] : [permission ?? 'no key'].flat()]
      }),
    )
    const said = new Map(rows.map(({ endpoint, needs }) => [endpoint, needs.split(', ').toSorted()]))
    for (const [endpoint, needed] of needs)
      expect([endpoint, said.get(endpoint)]).toEqual([endpoint, needed.toSorted()])
    expect(needs.length).toBeGreaterThan(80)
  })

  test.each(rows.map((row): [string, Row] => [row.label, row]))(
    'keeps the laws in %s',
    (label, { needs, expected }) => {
      if (needs === 'public') return expect(expected['key with']).toBe(expected['key without'])
      expect(expected.nobody).toBe('401 AUTH_REQUIRED')
      expect(expected.revoked).toBe('401 SESSION_REVOKED')
      expect(expected.banned).toBe('403 USER_BANNED')
      expect(expected['key without']).toBe('403 PERMISSION_DENIED')
      const { able = 'own' } = askings[label]!
      expect(expected['key with']).toBe(needs === 'no key' ? '403 PERMISSION_DENIED' : expected[able])
    },
  )

  test('answers 404 wherever something is hidden', () => {
    const about = rows.filter(({ expected }) => expected['mod outside'].startsWith('404'))
    expect(about.length).toBeGreaterThan(40)
    for (const { label, expected } of about) expect([label, expected["other's"].slice(0, 3)]).toEqual([label, '404'])
  })
})
