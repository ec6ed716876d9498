// What is a proof by itself cannot be guessed: how much chance is in it, by the generators of the server, and how often one may try.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { createKey } from '../../src/features/accounts/api-key-text.ts'
import { createBackupCodes } from '../../src/features/accounts/backup-codes.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'
import { operationsOf } from './operations.ts'
import { furnish } from './world.ts'

setDefaultTimeout(60_000)

let server: TestServer
let bob: Account
beforeAll(async () => {
  server = await startServer({ limits: { max_requests_per_minute: 40 } })
  bob = await server.register('bob')
})
afterAll(() => server.close())

/** Bits of chance in texts of one generator: at each place the letters seen there; and no two texts are alike. */
function bitsOf(texts: string[]): number {
  expect(new Set(texts).size).toBe(texts.length)
  const longest = Math.max(...texts.map(({ length }) => length))
  const letters = (at: number) => new Set(texts.map((text) => text[at] ?? ''))
  return Array.from({ length: longest }, (_, at) => Math.log2(letters(at).size)).reduce((sum, bits) => sum + bits, 0)
}

describe('there is chance enough in', () => {
  test.each<[string, () => string[], number, number]>([
    // A checksum of 6 digits is no chance.
    ['an API key', () => Array.from({ length: 2000 }, () => createKey().slice('veza_ak_'.length, -6)), 250, 256],
    // Ten at a time, with the limit of second factors on top.
    ['a backup code', () => Array.from({ length: 200 }, () => createBackupCodes()).flat(), 50, 50],
  ])('%s', (_, make, least, most) => {
    expect(Math.round(bitsOf(make()))).toBeWithin(least, most + 8)
  })

  test('whatever the server gives out: tokens of sessions and resets, tickets, invites', async () => {
    const given: Record<string, string[]> = {}
    const note = (name: string, value: unknown) => (given[name] ??= []).push(String(value))
    const many = await startServer()
    try {
      const admin = await many.register('ada')
      await many.sql`update users set role = 'admin' where id = ${admin.id}`
      const room = await many.room(admin)
      const { id } = await many.register('bob')
      for (let time = 0; time < 90; time++) {
        const data = async (line: string, body?: object) =>
          (await many.ask(line, body, admin.token)).data as Record<string, string>
        note(
          'refresh',
          (await data('POST /auth/login', { username: 'ada', password: admin.password }))['refresh_token'],
        )
        note('ticket', (await data('POST /auth/ws-ticket'))['ticket'])
        note('invite', (await data(`POST /rooms/${room}/invites`, {}))['code'])
        note('reset', (await data(`POST /admin/users/${id}/password-reset`))['reset_token'])
      }
    } finally {
      await many.close()
    }
    // Of 64 letters some 49 are seen among 90, so what is seen is a little less than what there is; the last of a text has fewer.
    for (const [name, length] of [
      ['refresh', 43],
      ['ticket', 43],
      ['invite', 22],
      ['reset', 43],
    ] as const) {
      expect([name, new Set(given[name]!.map((text) => text.length))]).toEqual([name, new Set([length])])
      expect(given[name]!.every((text) => /^[\w-]+$/.test(text))).toBe(true)
      expect(bitsOf(given[name]!)).toBeGreaterThan((length - 1) * 5.3)
    }
  })
})

test('codes of invites are tried no faster than anything else, and what is wrong with one is not told', async () => {
  const there = await startServer()
  const own = await furnish(there, await there.register('ada'), await there.register('bob'), 'ADAS')
  try {
    const eve = await there.register('eve')
    await there.ask(`DELETE /rooms/${own.room}/invites/${own.invite}`, undefined, own.owner.token)
    const tidy = (answer: object) => JSON.stringify(answer).replaceAll(/"(timestamp|request_id)":"[^"]*"/g, '')
    const answers = new Set<string>()
    for (const code of [own.invite, 'x'.repeat(22), own.invite.toUpperCase(), `${own.invite} `, own.invite.slice(1)])
      for (const line of [
        `GET /invites/${encodeURIComponent(code)}`,
        `POST /invites/${encodeURIComponent(code)}/accept`,
      ]) {
        const { status, error } = await there.ask(line, undefined, eve.token)
        answers.add(`${status} ${tidy(error)}`)
      }
    expect([...answers]).toEqual([expect.stringContaining('404 {"code":"INVITE_NOT_FOUND"') as never])
  } finally {
    await there.close()
  }
  const statuses = []
  for (let time = 0; time < 45; time++)
    statuses.push((await server.ask(`POST /invites/${'x'.repeat(21)}${time % 10}/accept`, undefined, bob.token)).status)
  expect(statuses.slice(0, 40)).toEqual(Array<number>(40).fill(404))
  expect(statuses.slice(40)).toEqual(Array<number>(5).fill(429))
})

test('no token, ticket or code is good in an address, but the one that opens a socket once', async () => {
  const there = await startServer()
  try {
    const { token, refresh_token } = await there.register('ada')
    for (const { method, path, fields } of await operationsOf(there.url)) {
      if (fields.some(({ in: where }) => where === 'path') || !path.startsWith('/api/')) continue
      for (const name of [
        'access_token',
        'token',
        'bearer',
        'authorization',
        'api_key',
        'refresh_token',
        'X-API-Key',
      ]) {
        const open = `${there.url}${path}?${name}=${name === 'refresh_token' ? refresh_token : token}`
        const { status } = await fetch(open, {
          method,
          ...(method !== 'GET' && { body: '{}', headers: { 'content-type': 'application/json' } }),
        })
        // Public operations miss what they need, all others who asks.
        expect([method, path, name, status]).toEqual([method, path, name, /\/auth\/(register|login|refresh|password\/(forgot|reset))$/.test(path) ? 422 : 401]) // prettier-ignore
      }
    }
    const ws = await fetch(`${there.url}/ws?token=${token}`, { headers: { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } }) // prettier-ignore
    expect([ws.status, await ws.json()]).toMatchObject([400, { error: { code: 'TOKEN_IN_ADDRESS' } }])
    // And what was tried is not in the log either.
    expect(JSON.stringify(there.log.lines)).not.toContain(token)
    expect(JSON.stringify(there.log.lines)).not.toContain(refresh_token)
  } finally {
    await there.close()
  }
})
