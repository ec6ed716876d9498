import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openHouse } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const ticketFor = async (token: string) =>
  (await house.ask('POST /auth/ws-ticket', { token })).data as { ticket: string; expires_in: number }

test('a ticket stands for its user once', async () => {
  const { access_token, user } = await house.register('ada')
  const { ticket, expires_in } = await ticketFor(access_token)
  expect(expires_in).toBe(30)
  const known = await house.accounts.redeemTicket(ticket)
  expect(known).toMatchObject({ actor: { id: user.id, username: 'ada', role: 'user' }, user })
  expect(known.expires_at.getTime()).toBeGreaterThan(house.clock.now().getTime() + 890_000)
  await expect(house.accounts.redeemTicket(ticket)).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
})

test('of many who bring one ticket at once exactly one gets in', async () => {
  const { ticket } = await ticketFor((await house.register('bob')).access_token)
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => house.accounts.redeemTicket(ticket)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a ticket ends after 30 seconds, and with its session', async () => {
  const { access_token } = await house.register('carol')
  const late = await ticketFor(access_token)
  house.advance(31_000)
  await expect(house.accounts.redeemTicket(late.ticket)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
  const orphan = await ticketFor(access_token)
  await house.ask('POST /auth/logout', { token: access_token })
  await expect(house.accounts.redeemTicket(orphan.ticket)).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
})

test('tickets are kept as hashes', async () => {
  const { ticket } = await ticketFor((await house.register('dave')).access_token)
  const rows = await house.sql`select encode(ticket_hash, 'escape') as text from ws_tickets`
  expect(rows.some((row) => String(row['text']).includes(ticket))).toBe(false)
})
