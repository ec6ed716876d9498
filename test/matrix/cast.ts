import { createTokens } from '../../src/transport/http/index.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { defaults } from '../../src/platform/config/index.ts'
import type { Account, TestServer } from '../services/server.ts'
import { type Column, columns, type Standing, standingOf, standings } from './columns.ts'

export interface Person {
  id: number
  username: string
  password: string
  session_id: string
  token: string
}

/** One cell: who asks, and two others around whatever it is about. They are in no other cell, so none changes what another meets. */
export interface Cell {
  column: Column
  as: Standing
  asker: Person
  /** Whose it is, where it is not the asker's. */
  holder: Person
  /** Anybody else: a plain member of the room, whom things are done to. */
  bystander: Person
}

export const jwt_secret = 'a secret of more than thirty-two characters'
/** The others have another password than those who ask. */
export const passwords = { asker: 'correct horse', others: 'battery staple' }

/** Puts the people of a row into the database. `hashes` are of `passwords`. */
export function createCast(server: TestServer, hashes: { asker: string; others: string }) {
  const { jwt_issuer: issuer, jwt_audience: audience } = defaults.security
  const tokens = createTokens({ secret: jwt_secret, issuer, audience, clock: systemClock })
  let count = 0

  async function people(wanted: { role: string; hash: string; password: string }[]): Promise<Person[]> {
    const names = wanted.map(() => `person-${(count += 1)}`)
    const rows = await server.sql<{ id: number; username: string; session_id: string }[]>`
      with made as (
        insert into users (username, role, password_hash)
        select * from unnest(${names}::text[], ${wanted.map(({ role }) => role)}::text[], ${wanted.map(({ hash }) => hash)}::text[])
        returning id, username
      ), opened as (
        insert into sessions (user_id, expires_at) select id, now() + interval '1 day' from made returning id, user_id
      )
      select made.id, made.username, opened.id as session_id from made join opened on opened.user_id = made.id order by made.id`
    const ends = new Date(Date.now() + 3_600_000)
    return Promise.all(
      rows.map(async ({ id, username, session_id }, index) => {
        const claims = { sub: String(id), sid: session_id, role: 'user' as const, username }
        const password = wanted[index]?.password ?? ''
        return { id, username, session_id, password, token: await tokens.sign(claims, ends) }
      }),
    )
  }

  /** The cells of a row, where those who may are of the standing `able`. */
  return async (able: Standing): Promise<Cell[]> => {
    const other = { role: 'user', hash: hashes.others, password: passwords.others }
    const wanted = columns.flatMap((column) => {
      const { role } = standings[standingOf(column, able)]
      return [{ role, hash: hashes.asker, password: passwords.asker }, other, other]
    })
    const made = await people(wanted)
    return columns.map((column, index) => {
      const [asker, holder, bystander] = made.slice(index * 3, index * 3 + 3) as [Person, Person, Person]
      return { column, as: standingOf(column, able), asker, holder, bystander }
    })
  }
}

/** An administrator who is in no cell, so that no cell has the last one. */
export async function appointChief(server: TestServer): Promise<Account> {
  const chief = await server.register('chief', passwords.others)
  await server.sql`update users set role = 'admin' where id = ${chief.id}`
  return chief
}
