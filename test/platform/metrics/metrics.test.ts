import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { errors, type ErrorCode } from '../../../src/kernel/errors.ts'
import { createMetrics, errorType, type Metrics } from '../../../src/platform/metrics/index.ts'
import { parseExposition } from './exposition.ts'

const scrape = async (metrics: Metrics) => parseExposition(await metrics.text())

const value = async (metrics: Metrics, name: string, labels: Record<string, string> = {}) => {
  for (const family of (await scrape(metrics)).values())
    for (const sample of family.samples)
      if (sample.name === name && Bun.deepEquals(sample.labels, labels)) return sample.value
  return undefined
}

describe('the names of the seed', () => {
  test.each([
    ['chat_websocket_connections_total', 'counter'],
    ['chat_websocket_connections_active', 'gauge'],
    ['chat_messages_sent_total', 'counter'],
    ['chat_messages_received_total', 'counter'],
    ['chat_message_processing_duration_seconds', 'histogram'],
    ['chat_errors_total', 'counter'],
    ['chat_rate_limit_exceeded_total', 'counter'],
  ])('include %s, a %s, with a help text and a first sample', async (name, type) => {
    const family = (await scrape(createMetrics({ version: '1' }))).get(name)
    expect(family).toMatchObject({ type, help: expect.stringMatching(/\S/) })
    expect(family?.samples.length).toBeGreaterThan(0)
  })

  test('give chat_errors_total the one label type, with validation, auth and database there from the start', async () => {
    const samples = (await scrape(createMetrics({ version: '1' }))).get('chat_errors_total')?.samples ?? []
    for (const type of ['validation', 'auth', 'database'])
      expect(samples).toContainEqual({ name: 'chat_errors_total', labels: { type }, value: 0 })
  })
})

test.each<[string, (metrics: Metrics) => void, string, Record<string, string>]>([
  ['connectionsTotal', (m) => m.connectionsTotal.inc(7), 'chat_websocket_connections_total', {}],
  ['connectionsActive', (m) => m.connectionsActive.set(7), 'chat_websocket_connections_active', {}],
  ['slowConsumers', (m) => m.slowConsumers.inc(7), 'chat_websocket_slow_consumers_total', {}],
  ['messagesReceived', (m) => m.messagesReceived.inc(7), 'chat_messages_received_total', {}],
  ['messagesSent', (m) => m.messagesSent.inc(7), 'chat_messages_sent_total', {}],
  ['processing', (m) => m.processing.observe(7), 'chat_message_processing_duration_seconds_sum', {}],
  ['commit', (m) => m.commit.observe(7), 'chat_commit_duration_seconds_sum', {}],
  ['batch', (m) => m.batch.observe(7), 'chat_batch_size_bucket', { le: '10' }],
  ['fanout', (m) => m.fanout.observe(7), 'chat_fanout_duration_seconds_sum', {}],
  ['writerQueue', (m) => m.writerQueue.set(7), 'chat_writer_queue_length', {}],
  ['hubConversations', (m) => m.hubConversations.set(7), 'chat_hub_conversations', {}],
  ['rateLimited', (m) => m.rateLimited.inc(7), 'chat_rate_limit_exceeded_total', {}],
  ['error', (m) => m.error('auth', 7), 'chat_errors_total', { type: 'auth' }],
  ['closed', (m) => m.closed(4008), 'chat_websocket_closed_total', { code: '4008' }],
  [
    'request',
    (m) => m.request('GET', '/api/v1/rooms/:id', 200, 7),
    'chat_http_request_duration_seconds_sum',
    { method: 'GET', route: '/api/v1/rooms/:id', status: '200' },
  ],
])('%s moves its own metric', async (member, move, name, labels) => {
  const metrics = createMetrics({ version: '1' })
  expect((await value(metrics, name, labels)) ?? 0).toBe(0)
  move(metrics)
  expect(await value(metrics, name, labels)).toBe(member === 'closed' || member === 'batch' ? 1 : 7)
})

test('peers cannot make series: close codes and methods of their invention share one label', async () => {
  const metrics = createMetrics({ version: '1' })
  for (let code = 3000; code < 3100; code++) metrics.closed(code)
  for (let n = 0; n < 100; n++) metrics.request(`X${n}`, '*', 405, 0.1)
  const families = await scrape(metrics)
  expect(families.get('chat_websocket_closed_total')?.samples).toEqual([
    { name: 'chat_websocket_closed_total', labels: { code: 'other' }, value: 100 },
  ])
  const counts = families.get('chat_http_request_duration_seconds')?.samples.filter((s) => s.name.endsWith('_count'))
  expect(counts).toHaveLength(1)
})

test('hostile label values stay inside their quotes', async () => {
  const metrics = createMetrics({ version: '1"} 5\nx' })
  expect((await scrape(metrics)).get('chat_build_info')?.samples).toHaveLength(1)
})

test('two servers in one process count apart', async () => {
  const [one, other] = [createMetrics({ version: '1' }), createMetrics({ version: '1' })]
  one.messagesSent.inc()
  expect(await value(other, 'chat_messages_sent_total')).toBe(0)
})

test('every error code has a type, and database is kept for the database', () => {
  const types = Object.keys(errors).map((code) => errorType(code as ErrorCode))
  expect(types).not.toContain('database')
  expect(errorType('MESSAGE_EMPTY')).toBe('validation')
  expect(errorType('TOKEN_EXPIRED')).toBe('auth')
  expect(errorType('INTERNAL_ERROR')).toBe('internal')
})

test('the content type is the one of the text format', () => {
  expect(createMetrics({ version: '1' }).contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
})

describe.if(process.platform === 'linux')('the process metrics say what /proc says', () => {
  test('about memory', async () => {
    const rss_bytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
    const shown = await value(createMetrics({ version: '1' }), 'process_resident_memory_bytes')
    expect(shown).toBeWithin(rss_bytes * 0.8, rss_bytes * 1.2)
  })

  test('about descriptors', async () => {
    const metrics = createMetrics({ version: '1' })
    const open = readdirSync('/proc/self/fd').length - 1
    expect(await value(metrics, 'process_open_fds')).toBeWithin(open - 2, open + 3)
    const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
    expect(await value(metrics, 'process_max_fds')).toBe(limit)
  })

  test('about CPU time, in both modes, growing', async () => {
    const metrics = createMetrics({ version: '1' })
    const before = (await value(metrics, 'process_cpu_user_seconds_total')) ?? NaN
    const begun = process.cpuUsage()
    while (process.cpuUsage(begun).user < 60_000) Math.sqrt(Math.random())
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    const after = (await value(metrics, 'process_cpu_user_seconds_total')) ?? NaN
    expect(after - before).toBeGreaterThan(0.02)
    expect(after).toBeWithin(Number(fields[11]) / 100 - 0.05, Number(fields[11]) / 100 + 0.1)
    expect(await value(metrics, 'process_cpu_system_seconds_total')).toBeGreaterThanOrEqual(0)
  })

  test('about the start', async () => {
    const started = (await value(createMetrics({ version: '1' }), 'process_start_time_seconds')) ?? NaN
    expect(Date.now() / 1000 - started).toBeWithin(process.uptime() - 1, process.uptime() + 1)
  })

  test('and nothing that Bun gets wrong is published', async () => {
    const names = [...(await scrape(createMetrics({ version: '1' }))).keys()]
    expect(names.filter((name) => name.startsWith('nodejs_'))).toBeEmpty()
  })
})
