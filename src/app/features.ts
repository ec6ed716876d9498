import { accountRoutes, apiKeyRoutes, createProfiles, profileRoutes } from '../features/accounts/index.ts'
import { adminRoutes, createAdmin, type ThisNode } from '../features/admin/index.ts'
import { analyticsCommands, analyticsRoutes, createAnalytics } from '../features/analytics/index.ts'
import { auditCommands, auditRoutes, createAudit } from '../features/audit/index.ts'
import { botRoutes, createBots } from '../features/bots/index.ts'
import {
  blockRoutes,
  conversationCommands,
  conversationEvents,
  createConversations,
  createReads,
  createThreads,
  createUnread,
  dmRoutes,
  inviteRoutes,
  memberRoutes,
  Membership,
  readCommands,
  readEvents,
  readRoutes,
  roomRoutes,
  threadEvents,
  unreadRoutes,
} from '../features/conversations/index.ts'
import {
  changeCommands,
  createExpiry,
  createIndexer,
  createLogReader,
  createMessages,
  createSearch,
  createStemmer,
  createTelling,
  createWriter,
  dmListRoutes,
  messageCommands,
  messageEvents,
  messageRoutes,
  reactionRoutes,
  searchCommands,
  searchRoutes,
  timelineRoutes,
} from '../features/messages/index.ts'
import { createPresence, presenceCommands, presenceEvents, statusRoutes } from '../features/presence/index.ts'
import { createKeyHolder } from '../features/sealed/index.ts'
import {
  createExports,
  createUserDirectory,
  exportRoutes,
  OwnUser,
  userRoutes,
  userSearchRoutes,
} from '../features/users/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Events } from '../kernel/events.ts'
import type { Log } from '../kernel/log.ts'
import type { Bus } from '../platform/bus/index.ts'
import type { Config } from '../platform/config/index.ts'
import type { Database, Sql } from '../platform/db/index.ts'
import type { Limits, Rates } from '../platform/limits/index.ts'
import type { Metrics } from '../platform/metrics/index.ts'
import { createOutgoing } from '../platform/outgoing/index.ts'
import type { Guard } from '../transport/http/index.ts'
import { createAuthenticators } from './authentication.ts'
import { createIdentity } from './identity.ts'

export interface Ground {
  config: Config
  database: Database
  sql: Sql
  bus: Bus
  events: Events
  counters: Limits
  rates: Rates
  metrics: Metrics
  clock: Clock
  log: Log
}

/** Every feature, wired to the others it needs. */
export function createFeatures({ config, database, sql, bus, events, counters, rates, metrics, clock, log }: Ground) {
  const { limits, security } = config
  const audit = createAudit({ sql, log: log.target('chat_server::audit'), limits })
  const identity = createIdentity({ sql, audit, events, clock, log, limits: counters, settings: security })
  const { users, vault, accounts } = identity
  const outgoing = createOutgoing(security)
  const { apiKeys, authenticate } = createAuthenticators({
    sql,
    audit,
    users,
    accounts,
    events,
    clock,
    log,
    outgoing,
    settings: security,
  })
  const unread = createUnread({ sql, bus, log: log.target('chat_server::unread') })
  const conversations = createConversations({
    sql,
    bus,
    audit,
    settleReads: unread.settle,
    onStanding: (conversation_id, user_id) => presence.typing.standingChanged(conversation_id, user_id),
    onGone: (user_id, peers) => presence.gone(user_id, peers),
    limits,
  })
  const threads = createThreads({ sql, bus, log: log.target('chat_server::unread') })
  const reads = createReads({ sql, bus, unread, threads, conversations, limits })
  const presence = createPresence({ sql, bus, conversations, log: log.target('chat_server::presence'), limits })
  const reader = createLogReader(sql, limits)
  const writer = createWriter({
    open: (onclose) => database.connect(1, { application_name: 'veza-chat writer', onclose }),
    drop: database.drop,
    lanes: config.database.writer_lanes,
    max_batch: config.database.max_batch,
    max_pending: config.database.max_pending_messages,
    write_timeout_ms: config.database.write_timeout,
    log: log.target('chat_server::writer'),
    onBatch: (size, seconds) => {
      metrics.batch.observe(size)
      metrics.commit.observe(seconds)
    },
    onFailure: () => metrics.error('database'),
  })
  const stemmer = createStemmer()
  const indexer = createIndexer({
    sql,
    stemmer,
    log: log.target('chat_server::search'),
    isBusy: () => writer.pending > 0,
  })
  const noted = noting(bus, indexer.touch)
  const messages = createMessages({
    sql,
    writer,
    reader,
    bus: noted,
    audit,
    conversations,
    unread,
    threads,
    onSent: presence.typing.sent,
    metrics,
    log: log.target('chat_server::hub::channels'),
    limits,
  })

  const expiry = createExpiry({
    sql,
    telling: createTelling(noted),
    threads,
    log: log.target('chat_server::expiry'),
    change_memory_ms: config.limits.log_memory,
  })

  const search = createSearch({ sql, conversations, indexer, stemmer, limits })
  const analytics = createAnalytics({ sql, conversations, clock })
  const { leaveAll } = conversations
  const bots = createBots({ sql, audit, apiKeys, leaveAll, clock, limits })
  const profiles = createProfiles({ sql, audit, users, accounts, leaveAll })
  const exports = createExports({
    sql,
    audit,
    users,
    settleAudit: audit.settle,
    log: log.target('chat_server::users'),
  })
  const commands = [
    ...conversationCommands(conversations),
    ...readCommands(reads),
    ...messageCommands(messages),
    ...changeCommands(messages),
    ...searchCommands(search),
    ...analyticsCommands(analytics),
    ...presenceCommands(presence),
    ...auditCommands({ audit, conversations }),
  ]

  return {
    accounts,
    authenticate,
    audit,
    keyHolder: createKeyHolder({ sql, key_ids: vault.key_ids }),
    presence,
    reader,
    writer,
    places: { ...conversations.places, ...reads.places },
    commands,
    shapes: [OwnUser, Membership],
    eventSpecs: [...messageEvents, ...conversationEvents, ...readEvents, ...threadEvents, ...presenceEvents],
    routes: (guard: Guard, node: ThisNode) => {
      const { isOnline, leftAt } = presence
      const admin = createAdmin({ sql, audit, vault, events, clock, users, accounts, isOnline, leftAt, node, log })
      return [
        accountRoutes({
          accounts,
          guard,
          limits: counters,
          rates: limits,
          cookies: {
            enabled: security.refresh_cookie,
            allowed_origins: [...security.allowed_origins, ...ownOrigin(config.server.public_url)],
            life_ms: security.jwt_refresh_duration,
          },
        }),
        apiKeyRoutes({ apiKeys, guard }),
        botRoutes({ bots, guard }),
        userRoutes({ users, guard }),
        profileRoutes({ profiles, guard }),
        exportRoutes({ exports, guard, limits: counters, max_exports_per_hour: limits.max_exports_per_hour }),
        userSearchRoutes({ directory: createUserDirectory({ sql }), guard, rates }),
        statusRoutes({ presence, guard }),
        unreadRoutes({ reads, guard }),
        blockRoutes({ conversations, guard }),
        roomRoutes({ conversations, guard, rates }),
        inviteRoutes({ conversations, guard, rates }),
        memberRoutes({ conversations, reads, guard, isOnline }),
        dmRoutes({ conversations, guard, rates }),
        dmListRoutes({ messages, guard, isOnline }),
        readRoutes({ reads, guard }),
        timelineRoutes({ messages, guard, rates }),
        messageRoutes({ messages, guard, rates }),
        reactionRoutes({ messages, guard, rates, enabled: config.features.message_reactions }),
        searchRoutes({ search, guard, rates }),
        analyticsRoutes({ analytics, isOnline, guard, rates }),
        auditRoutes({ audit, conversations, guard, rates }),
        adminRoutes({ admin, guard }),
      ]
    },
    /** Deletes what ended long ago. */
    sweep: async () => {
      await accounts.sweep()
      await apiKeys.sweep()
      await conversations.sweep()
    },
    /** Ends what works by itself. The database is needed until that is over, and what it told is written by `settle`. */
    stop: () => ({ over: Promise.all([expiry.stop(), indexer.stop()]) }),
    /** Writes what waits to be written beside messages. */
    settle: async () => {
      reads.flush()
      await Promise.all([unread.flush(), threads.flush()])
    },
  }
}

/** Behind a proxy the server does not see under which name it is known. */
function ownOrigin(public_url: string): string[] {
  const origin = URL.parse(public_url)?.origin
  return origin === undefined ? [] : [origin]
}

/** A bus that also says which log has gone on here. */
const noting = (bus: Bus, note: (conversation_id: number) => void): Bus => ({
  ...bus,
  publish: (channels, message) => {
    bus.publish(channels, message)
    if (message.kind === 'log') note(message.conversation_id)
  },
})
