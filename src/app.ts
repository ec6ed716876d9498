import { hostname } from 'node:os'
import type { Server } from 'bun'

import { version } from '../package.json'
import { documentsOf } from './app/documents.ts'
import { createFeatures } from './app/features.ts'
import { startUpkeep } from './app/upkeep.ts'
import { createAccountChanges } from './features/accounts/index.ts'
import { systemClock } from './kernel/clock.ts'
import { AppError } from './kernel/errors.ts'
import { createEvents } from './kernel/events.ts'
import type { Log } from './kernel/log.ts'
import { UserError } from './kernel/user-error.ts'
import { TimedOut, within } from './kernel/within.ts'
import { type Bus, createMemoryBus } from './platform/bus/index.ts'
import { type Config, parseBindAddress } from './platform/config/index.ts'
import {
  type Database,
  isConnectionError,
  isShortage,
  migrate,
  migrationStatus,
  openDatabase,
  ping,
} from './platform/db/index.ts'
import { connectionsByDescriptors, createLimits, createRates } from './platform/limits/index.ts'
import { createMetrics, type Metrics } from './platform/metrics/index.ts'
import {
  checkAddress,
  createGuard,
  createHttp,
  type Http,
  idleSeconds,
  listen,
  plannedRoutes,
  readTls,
  type Readiness,
  type Socket,
} from './transport/http/index.ts'
import {
  createNode,
  createSocketHandlers,
  drain,
  revoke,
  type Session,
  setRole,
  upgrade,
} from './transport/ws/index.ts'
import { chatPages, readerPages } from './web/index.ts'

export interface App {
  /** `http://host:port` as it listens. */
  url: string
  port: number
  database: Pick<Database, 'kind' | 'where'>
  /** What is answered over HTTP; `hidden` is what the OpenAPI document leaves out. */
  routes: { method: string; path: string; hidden: boolean }[]
  /** Sends clients away, finishes what was begun, and stops everything; asked again it waits for the same. */
  close(): Promise<void>
}

export interface AppOptions {
  log: Log
  /** The database is gone for good, so the process should end. */
  onFatal?(reason: UserError): void
  /** An administrator wants the process to stop as by SIGTERM: `close`, then exit. By default the app closes by itself. */
  onDrain?(): void
  /** By default one of this process alone. */
  bus?: Bus
}

const minute = (points: number) => ({ points, duration_s: 60 })
const ready_timeout_ms = 2_000
const finish_timeout_ms = 5_000

/** Wires the whole server and starts it. Throws UserError when it cannot start; then nothing is left running. */
export async function createApp(
  config: Config,
  { log, onFatal, onDrain, bus = createMemoryBus() }: AppOptions,
): Promise<App> {
  const { server: listening, security, limits } = config
  const { host, port } = parseBindAddress(listening.bind_addr)
  const tls = readTls(listening)
  const database = await openDatabase({
    url: config.database.url,
    data_dir: listening.data_dir,
    role: 'server',
    max_connections: config.database.max_connections,
    connect_timeout: config.database.connect_timeout,
    query_timeout: config.database.query_timeout,
    synchronous_commit: config.database.synchronous_commit,
    log: log.target('chat_server::database'),
    first: () => checkAddress(listening.bind_addr, { hostname: host, port, ...(tls && { tls }) }),
    ...(onFatal && { onExit: onFatal }),
  })
  /** Ends what has begun to work by itself when the start fails. */
  const stops: (() => unknown)[] = []
  try {
    return await run()
  } catch (cause) {
    await finish('what had begun', Promise.all(stops.map((stop) => stop())), log)
    await database.close()
    throw cause
  }

  async function run(): Promise<App> {
    const lanes = config.database.writer_lanes
    const sql = database.connect(config.database.max_connections - lanes)
    await prepareSchema(config, sql, log)

    const clock = systemClock
    const metrics = createMetrics({ version })
    const events = createEvents()
    const counters = createLimits()
    const rates = createRates(counters, limits, { clock })
    const features = createFeatures({ config, database, sql, bus, events, counters, rates, metrics, clock, log })
    stops.push(() => features.stop().over)
    const { accounts, audit, keyHolder, presence, writer, commands } = features
    await keyHolder.announce()
    const node = createNode({
      bus,
      reader: features.reader,
      identity: { authenticate: features.authenticate, redeemTicket: accounts.redeemTicket },
      places: features.places,
      commands,
      rates,
      limits: {
        ...limits,
        request_timeout: listening.request_timeout,
        max_connections: listening.max_connections || connectionsByDescriptors(),
      },
      features: config.features,
      allowed_origins: security.allowed_origins,
      log: log.target('chat_server::ws'),
      metrics,
      server: () => server,
      onLive: presence.connected,
      onEnd: (session) => {
        accounts.noteUse(session.actor.session_id)
        presence.disconnected(session)
      },
      onJoin: presence.joined,
      onLeave: presence.left,
      onStanding: presence.typing.standingChanged,
      isOnline: presence.isOnline,
      onRefusal: audit.refusal,
      blame: (cause) => blame(cause, log, metrics),
    })
    stops.push(node.deadlines.stop)
    events.on('session.revoked', ({ user_id, session_ids, reason }) => {
      bus.publish(['n:all'], { v: 1, kind: 'revoked', user_id, session_ids, reason })
    })
    const changes = createAccountChanges({
      sql,
      isWatched: () => node.connections.size > 0,
      isConfined: accounts.isConfined,
      onRole: (user_id, role) => setRole(node, user_id, role),
      onEnd: (end) => revoke(node, end),
    })

    const thisNode = {
      id: crypto.randomUUID(),
      host: hostname(),
      version,
      started_at: clock.now(),
      connections: () => node.connections.size,
      users: () => node.connections.users,
      conversations: () => node.hub.size,
      isDraining: () => node.draining,
      drain: () => {
        if (onDrain !== undefined) onDrain()
        else void close().catch((error: unknown) => log.error('The server could not be stopped', { error }))
      },
    }

    const ready = async (): Promise<Readiness> => {
      const database_ok = await within(ready_timeout_ms, ping(sql)).then(() => 'ok', () => 'unreachable') // prettier-ignore
      const checks = {
        database: database_ok,
        migrations: 'ok',
        bus: bus.state() === 'up' ? 'ok' : 'down',
        draining: node.draining ? 'draining' : 'ok',
      }
      return { ok: Object.values(checks).every((check) => check === 'ok'), checks }
    }
    const guard = createGuard({
      authenticate: features.authenticate,
      limits: counters,
      rule: minute(limits.max_requests_per_minute),
    })
    const pages = chatPages(config)
    const http: Http = createHttp({
      log,
      ...(config.metrics.enabled && { metrics }),
      metrics_token: config.metrics.token,
      documents: documentsOf({ features, listening, http: () => http, host: () => server.url.host }),
      trusted_proxies: listening.trusted_proxies,
      allowed_origins: security.allowed_origins,
      credentials: security.refresh_cookie,
      max_body_size: listening.max_body_size,
      request_timeout: listening.request_timeout,
      compression: listening.compression,
      routes: [...features.routes(guard, thisNode), plannedRoutes()],
      pages: [readerPages({ compression: listening.compression }), pages.routes],
      lost: pages.lost,
      ready,
      draining: () => node.draining,
      onRefusal: audit.refusal,
    })

    const server: Server<Session> = listen(listening.bind_addr, () =>
      Bun.serve<Session>({
        hostname: host,
        port,
        reusePort: false,
        development: false,
        error: (error) => {
          log.error('A request could not be served', { error })
          return http.bare(new AppError('INTERNAL_ERROR'))
        },
        // Bodies are counted as they are read, so that too large a one gets an answer of ours.
        maxRequestBodySize: Number.MAX_SAFE_INTEGER,
        idleTimeout: idleSeconds(listening.request_timeout),
        ...(tls && { tls }),
        fetch: (request, self) => {
          const socket: Socket = { ip: self.requestIP(request)?.address ?? null, tls: tls !== undefined }
          // A Host that is none leaves a request without a readable address, and two are refused (RFC 9112, 3.2), as nobody knows which of them is meant.
          const url = URL.parse(request.url)
          if (url === null || request.headers.get('host')?.includes(',') === true)
            return http.bare(new AppError('MALFORMED_FRAME', { field: 'url' }))
          if (url.pathname !== '/ws') return http.fetch(request, socket)
          const refusal = upgrade(node, request, self, http.peerOf(request.headers, socket).ip)
          return refusal === null ? undefined : http.refuse(request, socket, refusal)
        },
        websocket: createSocketHandlers(node),
      }),
    )
    const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`
    database.announce(url)

    const endUpkeep = startUpkeep({ node, features, changes, metrics, log })

    async function stopAll(): Promise<void> {
      await drain(node, listening.drain_seconds * 1000)
      await finish('requests', server.stop(), log)
      await finish('messages', writer.flush(), log)
      // Together: of a database that is gone each is given up only after its time.
      await Promise.all([finish('expiry and search', features.stop().over, log), finish('upkeep', endUpkeep(), log)])
      await finish('audit', audit.close(), log)
      await finish('read pointers', features.settle(), log)
      await server.stop(true)
      await finish('uses of sessions', accounts.settleUses(), log)
      await finish('presence', presence.close(), log)
      await finish('keys', keyHolder.withdraw(), log)
      node.deadlines.stop()
      await writer.close()
      await bus.close()
      await database.close()
    }
    let closing: Promise<void> | undefined
    const close = () => (closing ??= stopAll())

    return {
      url,
      port: server.port ?? port,
      database,
      routes: http.app.routes.map(({ method, path, hooks }) => ({ method, path, hidden: hooks.detail?.hide === true })),
      close,
    }
  }
}

async function prepareSchema(config: Config, sql: Parameters<typeof migrate>[0], log: Log): Promise<void> {
  if (config.database.migrate_on_start) {
    await migrate(sql, log.target('chat_server::database'))
    return
  }
  const missing = (await migrationStatus(sql)).filter((migration) => migration.state !== 'applied')
  if (missing.length > 0)
    throw new UserError(
      `${missing.length} migrations are missing and database.migrate_on_start is off; run "veza-chat migrate".`,
    )
}

/** What a client is told of a failure; what is ours goes to the log. */
function blame(cause: unknown, log: Log, metrics: Metrics): AppError {
  if (cause instanceof AppError) return cause
  if (isConnectionError(cause) || isShortage(cause) || cause instanceof TimedOut) {
    metrics.error('database')
    return new AppError('SERVICE_UNAVAILABLE', undefined, 1)
  }
  log.error('A command failed', { error: cause })
  return new AppError('INTERNAL_ERROR')
}

/** Waits a bounded time for what was begun to end. */
const finish = (what: string, done: Promise<unknown>, log: Log): Promise<unknown> =>
  within(finish_timeout_ms, done).catch(() => log.warn('Stopping without waiting any longer', { what }))
