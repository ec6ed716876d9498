import type { Actor } from '../../kernel/actor.ts'
import type { Log } from '../../kernel/log.ts'
import { requireMay } from './permission.ts'
import * as queries from './queries.ts'
import type { NodeView, ServerStats } from './schema.ts'
import { type AdminUsersParts, createAdminUsers } from './users.ts'

/** What the process knows of itself. */
export interface ThisNode {
  id: string
  host: string
  version: string
  started_at: Date
  connections(): number
  /** Users with a connection. */
  users(): number
  /** Conversations that the node follows. */
  conversations(): number
  isDraining(): boolean
  /** Sends everybody away and ends the process, as SIGTERM does. Returns at once. */
  drain(): void
}

export interface AdminParts extends AdminUsersParts {
  node: ThisNode
  log: Log
}

export type Admin = ReturnType<typeof createAdmin>

/** What those who run the server see of it, and do to it. */
export function createAdmin(parts: AdminParts) {
  const { sql, audit, clock, node, log } = parts
  const uptime_s = () => Math.max(0, Math.round((clock.now().getTime() - node.started_at.getTime()) / 1000))

  async function stats(actor: Actor): Promise<ServerStats> {
    requireMay(actor, 'view_stats')
    const row = await queries.stats(sql)
    return {
      users: {
        active: row.active,
        banned: row.banned,
        deleted: row.deleted,
        bots: row.bots,
        new_24h: row.new_24h,
        online: node.users(),
        by_role: row.by_role,
      },
      sessions: row.sessions,
      rooms: { total: row.rooms, public: row.public_rooms, archived: row.archived_rooms },
      dms: row.dms,
      messages: { total: row.messages, last_24h: row.messages_24h },
      connections: node.connections(),
      database_bytes: row.database_bytes,
      version: node.version,
      started_at: node.started_at.toISOString(),
      uptime_s: uptime_s(),
      computed_at: clock.now().toISOString(),
    }
  }

  /** A list, although there is one node: a cluster has more. */
  function nodes(actor: Actor): { nodes: NodeView[] } {
    requireMay(actor, 'view_stats')
    const { id, host, version, started_at } = node
    return {
      nodes: [
        {
          id,
          host,
          version,
          started_at: started_at.toISOString(),
          uptime_s: uptime_s(),
          connections: node.connections(),
          conversations: node.conversations(),
          draining: node.isDraining(),
          memory_bytes: process.memoryUsage.rss(),
        },
      ],
    }
  }

  /** From here on the server takes nobody in, and ends once everybody has gone. */
  async function drain(actor: Actor): Promise<{ draining: true }> {
    requireMay(actor, 'drain')
    await audit.record(sql, { actor, action: 'server.drain', outcome: 'success', details: { node: node.id } })
    log.info('An administrator drains this server', { user_id: actor.id })
    node.drain()
    return { draining: true }
  }

  return { stats, nodes, drain, users: createAdminUsers(parts) }
}
