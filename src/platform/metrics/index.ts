import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type ErrorType, errorTypes } from './error-type.ts'
import { addProcessMetrics } from './process.ts'

export { type ErrorType, errorType } from './error-type.ts'

/** Bounds in seconds: a local commit is near a millisecond, and ten seconds is the longest write time-out. */
const LATENCY = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const FANOUT = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const BATCH = [1, 2, 5, 10, 25, 50, 100, 200, 300, 400, 500, 1000]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Everything the server counts, in its own registry, so that two servers in one process do not mix.
 * Members without labels may be called on the hot path: `inc` costs some 20 ns, `observe` 200 ns. Durations are in
 * seconds, as Prometheus has them.
 */
export function createMetrics(build: { version: string }) {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const histogram = (name: string, help: string, buckets: number[]) => new Histogram({ name, help, buckets, registers })

  const errors = new Counter({
    name: 'chat_errors_total',
    help: 'Errors answered to clients or met inside, by type.',
    labelNames: ['type'],
    registers,
  })
  // A series that exists from the start at 0 lets `rate()` see its first error.
  for (const type of errorTypes) errors.inc({ type }, 0)

  const closed = new Counter({
    name: 'chat_websocket_closed_total',
    help: 'WebSocket connections closed, by close code; codes outside the protocol count as "other".',
    labelNames: ['code'],
    registers,
  })
  const http = new Histogram({
    name: 'chat_http_request_duration_seconds',
    help: 'Time from the request to its whole answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: LATENCY,
    registers,
  })
  new Gauge({
    name: 'chat_build_info',
    help: 'Always 1; the labels name the build.',
    labelNames: ['version', 'runtime'],
    registers,
  }).set({ version: build.version, runtime: `bun ${Bun.version}` }, 1)
  addProcessMetrics(registry)

  return {
    connectionsTotal: counter('chat_websocket_connections_total', 'WebSocket connections accepted since the start.'),
    connectionsActive: gauge('chat_websocket_connections_active', 'WebSocket connections open now.'),
    slowConsumers: counter(
      'chat_websocket_slow_consumers_total',
      'Connections closed with 4008 because they read too slowly.',
    ),

    messagesReceived: counter(
      'chat_messages_received_total',
      'Messages that clients asked to send, over WebSocket or REST, before any check.',
    ),
    messagesSent: counter(
      'chat_messages_sent_total',
      'Messages committed to a conversation and sent on to its members; each counts once, however many receive it, and a repeat of the same client_id does not count.',
    ),
    processing: histogram(
      'chat_message_processing_duration_seconds',
      'Time from the frame or request that carries a message to its acknowledgement.',
      LATENCY,
    ),
    commit: histogram(
      'chat_commit_duration_seconds',
      'Time of one batch of messages from statement to commit.',
      LATENCY,
    ),
    batch: histogram('chat_batch_size', 'Messages committed by one statement.', BATCH),
    fanout: histogram(
      'chat_fanout_duration_seconds',
      'Time to hand the events of one batch to the sockets of this node.',
      FANOUT,
    ),
    writerQueue: gauge('chat_writer_queue_length', 'Messages that wait for a writer lane.'),
    hubConversations: gauge('chat_hub_conversations', 'Conversations with a listener on this node.'),

    rateLimited: counter('chat_rate_limit_exceeded_total', 'Requests and commands refused by a rate limit.'),

    /** Counts an error; `errorType(code)` gives the type of an answer. */
    error: (type: ErrorType, by = 1) => errors.inc({ type }, by),
    /** Counts a closed socket. Peers choose codes freely, so only those of the protocol become labels. */
    closed: (code: number) => closed.inc({ code: closeLabel(code) }),
    /** `route` is the pattern (`/api/v1/rooms/:id`), never the path, or the number of series has no bound. */
    request: (method: string, route: string, status: number, seconds: number) =>
      http.observe({ method: methods.has(method) ? method : 'other', route, status: String(status) }, seconds),

    contentType: registry.contentType,
    /** The exposition of this moment, in the text format 0.0.4. */
    text: () => registry.metrics(),
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const closeCodes = new Set([1000, 1001, 1005, 1006, 1009, 4008, 4400, 4401, 4403, 4408, 4409, 4429, 4503])
const closeLabel = (code: number) => (closeCodes.has(code) ? String(code) : 'other')
