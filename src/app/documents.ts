import { version } from '../../package.json'
import { systemClock } from '../kernel/clock.ts'
import { createEvents } from '../kernel/events.ts'
import type { Log } from '../kernel/log.ts'
import { createMemoryBus } from '../platform/bus/index.ts'
import { type Config, parseBindAddress } from '../platform/config/index.ts'
import { connect } from '../platform/db/index.ts'
import { createLimits, createRates } from '../platform/limits/index.ts'
import { createMetrics } from '../platform/metrics/index.ts'
import { createGuard, createHttp, type Http, openapi, plannedRoutes } from '../transport/http/index.ts'
import { asyncapi } from '../transport/ws/index.ts'
import { createFeatures } from './features.ts'

interface Described {
  features: Pick<ReturnType<typeof createFeatures>, 'commands' | 'eventSpecs' | 'shapes'>
  listening: Config['server']
  http(): Http
  /** Where it listens, such as `127.0.0.1:8080`. */
  host(): string
}

/** What the server says of itself for programs, by address. */
export const documentsOf = ({ features, listening, http, host }: Described) => ({
  '/openapi.json': () => openapi({ routes: http().app.routes, version, public_url: listening.public_url }),
  '/asyncapi.json': () =>
    asyncapi({
      commands: features.commands,
      events: features.eventSpecs,
      shapes: features.shapes,
      version,
      host: URL.parse(listening.public_url)?.host ?? host(),
      protocol: listening.tls_cert !== '' || listening.public_url.startsWith('https:') ? 'wss' : 'ws',
    }),
})

/** The process of a server that is not there. */
const nowhere: Parameters<ReturnType<typeof createFeatures>['routes']>[1] = {
  id: '',
  host: '',
  version,
  started_at: new Date(0),
  connections: () => 0,
  users: () => 0,
  conversations: () => 0,
  isDraining: () => true,
  drain: () => {},
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, target: () => silent }

/**
 * The same documents without a server: everything is put together as for one, and nothing of it is started. Its database is never asked: a pool connects by its
 * first query.
 */
export function describeServer(config: Config) {
  const { bind_addr } = config.server
  const pool = () => connect({ url: 'postgresql://localhost/none', max: 1, connect_timeout: 1, query_timeout: 1 })
  const counters = createLimits()
  const features = createFeatures({
    // Nothing is signed, and nothing is encrypted.
    config: { ...config, security: { ...config.security, jwt_secret: crypto.randomUUID() } },
    database: { kind: 'external', where: '', url: '', connect: pool, drop: (sql) => sql.end(), announce: () => {}, close: async () => {} }, // prettier-ignore
    sql: pool(),
    bus: createMemoryBus(),
    events: createEvents(),
    counters,
    rates: createRates(counters, config.limits),
    metrics: createMetrics({ version }),
    clock: systemClock,
    log: silent,
  })
  features.stop()
  const guard = createGuard({
    authenticate: features.authenticate,
    limits: counters,
    rule: { points: 0, duration_s: 60 },
  })
  const http = createHttp({
    log: silent,
    trusted_proxies: [],
    allowed_origins: [],
    max_body_size: 0,
    request_timeout: 0,
    routes: [...features.routes(guard, nowhere), plannedRoutes()],
    ready: async () => ({ ok: false, checks: {} }),
  })
  const { host, port } = parseBindAddress(bind_addr)
  return documentsOf({
    features,
    listening: config.server,
    http: () => http,
    host: () => `${host.includes(':') ? `[${host}]` : host}:${port}`,
  })
}
