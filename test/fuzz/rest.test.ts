// Schemathesis (https://schemathesis.io), which knows nothing of this server but its OpenAPI document, asks everything that the document allows and much that it does not.
// Each run asks the same; `FUZZ_SEED` asks something else, `FUZZ_SECONDS` makes it longer: FUZZ_SEED=$RANDOM FUZZ_SECONDS=600 bun test ./test/fuzz
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startServer } from '../services/server.ts'
import { aloneIn, type Document, enriched, excluded, withoutIn } from './document.ts'
import { furnish, type Role, roles } from './fixture.ts'
import { findSchemathesis, fuzz } from './schemathesis.ts'

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 60)
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_128)
setDefaultTimeout((seconds + 120) * 1000)

const found = await findSchemathesis()
if ('missing' in found) console.warn(`The REST API is not fuzzed: ${found.missing}.`)
else console.log(`FUZZ_SEED=${seed}`)

const folder = mkdtempSync(join(tmpdir(), 'veza-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf('missing' in found)('no request gets an answer outside the document, nor a 5xx', () => {
  test.each(roles.map((role): [Role] => [role]))('of a %s', async (role) => {
    const server = await startServer()
    try {
      const { account, known } = await furnish(server, role)
      const whole = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
      const file = join(folder, `${role}.json`)
      await Bun.write(file, JSON.stringify(enriched(whole, known)))
      const report = join(folder, `${role}-report.json`)
      const { code, said } = await fuzz('path' in found ? found.path : '', { document: file, without: withoutIn(whole), url: server.url, token: account.token, seed, seconds, report }) // prettier-ignore
      if (code !== 0) console.error(said)
      expect(code).toBe(0)
      // The rest of a run whose session has ended is only 401s.
      expect((await server.ask('GET /users/me', undefined, account.token)).status).toBe(200)
      expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
      const [, selected, total] = /(\d+) selected \/ (\d+) total/.exec(said) ?? []
      expect(Number(selected)).toBe(Number(total) - withoutIn(whole).length)
      const generated = Number(/(\d+) generated/.exec(said)?.[1] ?? 0)
      expect(generated).toBeGreaterThan(500)
      console.log(`as ${role}: ${selected} of ${total} operations, ${generated} requests`)
    } finally {
      await server.close()
    }
  })
})

describe.skipIf('missing' in found)('nor does what may end the session that asks', () => {
  const each_seconds = Math.max(3, Math.round(seconds / 12))
  test('each asked alone, by an admin of its own', async () => {
    const server = await startServer()
    try {
      const { account: owner, known } = await furnish(server, 'admin')
      const whole = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
      const file = join(folder, 'alone.json')
      const users = known.users.filter((id) => id !== owner.id)
      await Bun.write(file, JSON.stringify(enriched(whole, { ...known, users })))
      const alone = aloneIn(whole)
      expect(alone).toContain('admin.users.update')
      let generated_in_all = 0
      for (const [n, id] of alone.entries()) {
        const account = await server.register(`alone-${n}`)
        await server.sql`update users set role = 'admin' where id = ${account.id}`
        const report = join(folder, `${id}-report.json`)
        const { code, said } = await fuzz('path' in found ? found.path : '', { document: file, only: [id], url: server.url, token: account.token, seed, seconds: each_seconds, report }) // prettier-ignore
        if (code !== 0) console.error(id, said)
        expect({ id, code }).toEqual({ id, code: 0 })
        expect(/(\d+) selected \//.exec(said)?.[1]).toBe('1')
        const generated = Number(/(\d+) generated/.exec(said)?.[1] ?? 0)
        expect(generated).toBeGreaterThan(0)
        generated_in_all += generated
      }
      expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
      console.log(`alone: ${alone.length} operations, ${generated_in_all} requests`)
    } finally {
      await server.close()
    }
  }, 300_000)
})

describe('what is asked', () => {
  const document: Document = {
    paths: {
      '/api/v1/rooms/{id}': { get: { operationId: 'rooms.get', parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }] } },
      '/api/v1/auth/logout': { post: { operationId: 'auth.logout' } },
      '/api/v1/rooms/{id}/members': {
        post: { operationId: 'rooms.members.create', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewMember' } } } } },
      },
    },
    components: { schemas: { NewMember: { properties: { user_id: { type: 'integer' }, role: { type: 'string' } } } } },
  } // prettier-ignore
  const known = { rooms: [7, 'tea'], users: [3], messages: [], conversations: [] }

  test('is what there is, too, where it may be; the document itself stays', () => {
    const before = structuredClone(document)
    const { paths, components } = enriched(document, known)
    expect(paths['/api/v1/rooms/{id}']?.['get']?.parameters?.[0]?.['schema']).toEqual({ anyOf: [{ enum: ['tea'] }, { type: 'string' }] }) // prettier-ignore
    expect(components.schemas['NewMember']?.['properties']).toEqual({ user_id: { anyOf: [{ enum: [3] }, { type: 'integer' }] }, role: { type: 'string' } }) // prettier-ignore
    expect(document).toEqual(before)
  })

  test('is all but what is left out for a reason', () => {
    expect(withoutIn(document)).toEqual(['auth.logout'])
    for (const { because } of excluded) expect(because).toMatch(/^(it|with) /)
  })
})
