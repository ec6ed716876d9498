import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { userById, type UserRow } from './queries.ts'
import type { OwnUser, PublicUser } from './schema.ts'
import { publicView } from './view.ts'

/** What a sealed address is bound to, so that one row's bytes do not open as another field's. */
export const email_context = 'users.email'

export interface Users {
  /** Throws `USER_NOT_FOUND`. A banned user is still shown: their messages are. */
  find(id: number): Promise<PublicUser>
  /** Throws `USER_NOT_FOUND`. */
  own(actor: Pick<Actor, 'id' | 'scopes'>): Promise<OwnUser>
  /** A row as its user sees it; a key of theirs does not see the e-mail address, which no permission of keys is about. */
  ownView(row: UserRow, actor?: Pick<Actor, 'scopes'>): OwnUser
}

export function createUsers({ sql, vault }: { sql: Sql; vault: Vault }): Users {
  const rowOf = async (id: number): Promise<UserRow> => {
    const [row] = await userById(sql, id)
    if (row === undefined) throw new AppError('USER_NOT_FOUND')
    return row
  }
  const ownView = (row: UserRow, { scopes }: Pick<Actor, 'scopes'> = {}): OwnUser => {
    const sealed = scopes === undefined ? row.email_encrypted : null
    // Under a key that is lost, it is lost; its user is not kept out by that.
    const email = sealed === null ? null : vault.tryOpen(sealed, email_context)
    return {
      ...publicView(row),
      email,
      email_verified: email !== null && row.email_verified_at !== null,
      locale: row.locale,
    }
  }
  return {
    find: async (id) => publicView(await rowOf(id)),
    own: async (actor) => ownView(await rowOf(actor.id), actor),
    ownView,
  }
}
