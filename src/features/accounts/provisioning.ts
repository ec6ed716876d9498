import { randomBytes } from 'node:crypto'

import type { Caller } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Role } from '../../kernel/permissions.ts'
import { onConstraint, type Sql, transact } from '../../platform/db/index.ts'
import type { Person } from './claims.ts'
import * as queries from './issuer-queries.ts'
import type { Identity } from './issuer-queries.ts'
import { isReserved, namesLike, usernameFrom } from './usernames.ts'

export interface ProvisioningParts {
  sql: Sql
  audit: Audit<Sql>
  clock: Clock
}

const attempts = 5

/** Makes users of subjects that an issuer vouches for, and follows what it says of them. A user that was made otherwise is never touched. */
export function createProvisioning({ sql, audit, clock }: ProvisioningParts) {
  /** First tokens of one subject that come together wait for the same user. */
  const making = new Map<string, Promise<void>>()

  /** Where somebody was faster, chance decides: many of one name who come at once must not run after each other. */
  async function freeName(tx: Sql, wanted: string, attempt: number): Promise<string> {
    const names = namesLike(wanted, () => randomBytes(3).toString('hex')).slice(attempt === 1 ? 0 : -2)
    const taken = new Set((await queries.namesTaken(tx, names)).map(({ name }) => name))
    return names.find((name) => !taken.has(name.toLowerCase())) ?? `user-${randomBytes(8).toString('hex')}`
  }

  async function make(identity: Identity, person: Person, at: Date, { ip, request_id = null }: Caller): Promise<void> {
    await transact(sql, async (tx) => {
      await queries.lockSubject(tx, identity)
      const [known] = await queries.lockIdentity(tx, identity)
      if (known !== undefined) return
      const role: Role = person.role ?? 'user'
      for (let attempt = 1; ; attempt++) {
        const username = await freeName(tx, usernameFrom(person.name ?? identity.subject), attempt)
        const [user] = await queries.insertUser(tx, { username, display_name: person.name, role })
        if (user !== undefined) {
          await queries.insertIdentity(tx, identity, user.id, { name: person.name, role: person.role, at })
          await audit.record(tx, {
            actor: { id: user.id, ip, request_id },
            action: 'user.provision',
            outcome: 'success',
            target: { type: 'user', id: user.id },
            details: { issuer: identity.issuer, role },
          })
          return
        }
        if (attempt === attempts) throw new AppError('SERVICE_UNAVAILABLE', undefined, 1)
      }
    })
  }

  return {
    /** There is a user of this subject when it resolves. */
    provision: (identity: Identity, person: Person, at: Date, caller: Caller): Promise<void> => {
      const key = JSON.stringify([identity.issuer, identity.subject])
      const running = making.get(key) ?? make(identity, person, at, caller).finally(() => making.delete(key))
      making.set(key, running)
      return running
    },

    /**
     * Writes what a newer token says otherwise than the one before. Of several at once the newest wins, whichever comes last: an older one that is still good
     * must not bring back a role that was taken.
     */
    follow: (identity: Identity, person: Person, at: Date): Promise<void> =>
      transact(sql, async (tx) => {
        await queries.lockUserOf(tx, identity)
        const [known] = await queries.lockIdentity(tx, identity)
        if (known === undefined || known.status === 'deleted' || known.claimed_at >= at) return
        const name = person.name !== known.claimed_name ? person.name : null
        const role = person.role !== known.claimed_role && person.role !== known.role ? person.role : null
        const username = name === null ? null : usernameFrom(name)
        // What is not said leaves what was said before.
        const claimed = { name: person.name ?? known.claimed_name, role: person.role ?? known.claimed_role, at }
        await queries.noteClaims(tx, identity, claimed)
        if (name === null && role === null) return
        await queries.changeUser(tx, known.user_id, {
          username: username === null || isReserved(username) ? null : username,
          display_name: name,
          role,
          now: clock.now(),
        })
        await audit.record(tx, {
          actor: null,
          action: 'user.follow',
          outcome: 'success',
          target: { type: 'user', id: known.user_id },
          details: {
            issuer: identity.issuer,
            ...(role !== null && { role, old_role: known.role }),
            renamed: name !== null,
          },
        })
        // Somebody took the name in this very moment; the next try finds it taken, and leaves the username as it is.
      }).catch(onConstraint('user_username_key', () => new AppError('SERVICE_UNAVAILABLE', undefined, 1))),
  }
}
