import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import type { Log } from '../../kernel/log.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './export-queries.ts'
import type { Users } from './service.ts'

export interface ExportsParts {
  sql: Sql
  audit: Audit<Sql>
  users: Pick<Users, 'own'>
  log: Log
  /** Everything done so far is in the trail when this resolves. */
  settleAudit(): Promise<void>
}

export type Exports = ReturnType<typeof createExports>

/** Rows read at once. */
const page = 500

type Read<T> = (sql: Sql, user_id: number, after: T | undefined, limit: number) => PromiseLike<readonly T[]>

/** Everything that is kept about a user, as GDPR articles 15 and 20 ask for it. */
export function createExports({ sql, audit, users, log, settleAudit }: ExportsParts) {
  /** The items of a list with commas between, a page at a time. */
  async function* items<T>(user_id: number, read: Read<T>): AsyncGenerator<string> {
    for (let after: T | undefined, first = true; ; first = false) {
      const rows = await read(sql, user_id, after, page)
      if (rows.length > 0) yield (first ? '' : ',') + rows.map((row) => JSON.stringify(row)).join(',')
      after = rows.at(-1)
      if (rows.length < page) return
    }
  }

  async function* list<T>(name: string, user_id: number, read: Read<T>): AsyncGenerator<string> {
    yield `,"${name}":[`
    yield* items(user_id, read)
    yield ']'
  }

  /** In the envelope of every answer. Messages are in no particular order. */
  async function* document(id: number, profile: object): AsyncGenerator<string> {
    const exported_at = new Date().toISOString()
    yield `{"success":true,"data":{"exported_at":${JSON.stringify(exported_at)},"profile":${JSON.stringify(profile)}`
    yield* list('sessions', id, queries.sessions)
    yield* list('api_keys', id, queries.apiKeys)
    yield* list('identities', id, queries.identities)
    yield* list('bots', id, queries.bots)
    yield* list('memberships', id, queries.memberships)
    yield* list('blocks', id, queries.blocks)
    yield* list('invites', id, queries.invites)
    yield* list('messages', id, queries.messages)
    yield* list('reactions', id, queries.reactions)
    yield* list('mentions', id, queries.mentions)
    yield* list('thread_reads', id, queries.threadReads)
    yield* list('reports', id, queries.reports)
    yield* list('audit', id, queries.audit)
    yield '}}'
  }

  /** What comes too late to be an error answer is in the log. */
  async function* watched(id: number, chunks: AsyncGenerator<string>): AsyncGenerator<string> {
    try {
      yield* chunks
    } catch (error) {
      log.error('A copy of the data of a user ended in the middle', { error, user_id: id })
      throw error
    }
  }

  return {
    /** A JSON document of the actor, made while it is read. */
    begin: async (actor: Actor): Promise<AsyncGenerator<string>> => {
      const [row] = await queries.account(sql, actor.id)
      const profile = { ...(await users.own(actor)), ...row }
      const target = { type: 'user', id: actor.id } as const
      await audit.record(sql, { actor, action: 'user.export', outcome: 'success', target })
      await settleAudit()
      return watched(actor.id, document(actor.id, profile))
    },
  }
}
