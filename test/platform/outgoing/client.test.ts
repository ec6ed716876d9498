import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createOutgoing, OutgoingError } from '../../../src/platform/outgoing/index.ts'

/** Answers on one address of the loopback: it says who was asked for, and does what the path says. */
const serve = (hostname: string, port = 0, name = hostname) =>
  Bun.serve({
    hostname,
    port,
    fetch: (request) => {
      const { pathname, searchParams } = new URL(request.url)
      switch (pathname) {
        case '/to':
          return new Response(null, { status: 302, headers: { location: searchParams.get('where') ?? '' } })
        case '/big':
          return new Response('x'.repeat(2000))
        case '/squeezed':
          return new Response(Bun.gzipSync(new Uint8Array(100_000)), { headers: { 'content-encoding': 'gzip' } })
        case '/endless':
          return new Response(
            new ReadableStream({
              pull: async (controller) => {
                await Bun.sleep(20)
                controller.enqueue(new Uint8Array(1))
              },
            }),
          )
        case '/silent':
          return new Promise<Response>(() => undefined)
        default:
          return new Response(`${name} ${request.headers.get('host')} ${request.method}`)
      }
    },
  })

const open = serve('127.0.0.1')
const inside = serve('127.0.0.2', open.port, 'inside')
afterAll(async () => {
  await open.stop(true)
  await inside.stop(true)
})

const bounds = { timeout_ms: 5_000, max_bytes: 1_000 }
const at = (path: string, host = 'app.test') => `http://${host}:${open.port}${path}`
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (cause: unknown) => (cause instanceof OutgoingError ? cause.reason : cause),
  )

/** A client for whom `127.0.0.1` is allowed, and names mean what the table says. */
const client = (names: Record<string, string[]> = { 'app.test': ['127.0.0.1'] }, allowed = ['127.0.0.1/32']) =>
  createOutgoing({ allowed_private_hosts: allowed, resolve: async (host) => names[host] ?? [] })

test('what is allowed is answered, by its name', async () => {
  const { status, body, url } = await client().request(at('/'), bounds)
  expect([status, String(body), url]).toEqual([200, `127.0.0.1 app.test:${open.port} GET`, at('/')])
})

test.each([
  ['a loopback address', () => at('/', '127.0.0.1')],
  ['a name of one', () => at('/')],
  ['the address as a number', () => at('/', '2130706433')],
  ['in octal', () => at('/', '0177.0.0.1')],
  ['in hexadecimal', () => at('/', '0x7f.1')],
  ['within IPv6', () => at('/', '[::ffff:127.0.0.1]')],
  ['of IPv6', () => at('/', '[::1]')],
  ['unspecified', () => at('/', '0.0.0.0')],
  ['the metadata of clouds', () => 'http://169.254.169.254/latest/meta-data/'],
  ['a file', () => 'file:///etc/passwd'],
  ['another protocol', () => 'gopher://app.test/'],
  ['a password', () => 'http://user:secret@app.test/'],
  ['what is no address', () => 'http://'],
])('nothing is asked of %s', async (_, url) => {
  expect(await reasonOf(client(undefined, []).request(url(), bounds))).toBe('refused')
})

test('of a name with several addresses, one that is not allowed is enough to refuse it', async () => {
  const both = client({ 'app.test': ['127.0.0.1', '127.0.0.2'] })
  expect(await reasonOf(both.request(at('/'), bounds))).toBe('refused')
})

test('a name is allowed by itself, whatever its addresses, and no other is', async () => {
  const named = client({ 'app.test': ['127.0.0.2'], 'not.app.test': ['127.0.0.2'] }, ['App.Test'])
  expect(String((await named.request(at('/'), bounds)).body)).toStartWith('inside')
  expect(await reasonOf(named.request(at('/', 'not.app.test'), bounds))).toBe('refused')
})

test('a name that means something else a moment later is asked at the address that was judged', async () => {
  let asked = 0
  const rebinding = createOutgoing({
    allowed_private_hosts: ['127.0.0.1'],
    resolve: async () => [++asked % 2 === 1 ? '127.0.0.1' : '127.0.0.2'],
  })
  for (const [count, answer] of [
    [1, `127.0.0.1 app.test:${open.port} GET`],
    [2, 'refused'],
    [3, `127.0.0.1 app.test:${open.port} GET`],
  ] as const) {
    const got = await rebinding.request(at('/'), bounds).then(
      ({ body }) => String(body),
      (cause: unknown) => (cause as OutgoingError).reason,
    )
    // One look-up for one request: there is no second that could tell another story.
    expect([got, asked]).toEqual([answer, count])
  }
})

describe('a redirect', () => {
  const to = (where: string) => at(`/to?where=${encodeURIComponent(where)}`)

  test('is the answer when none is to be followed', async () => {
    expect((await client().request(to(at('/')), bounds)).status).toBe(302)
  })

  test('is followed to what is allowed', async () => {
    const { status, url } = await client().request(to('/'), { ...bounds, max_redirects: 1 })
    expect([status, url]).toEqual([200, at('/')])
  })

  test.each([
    ['a private address', at('/', '127.0.0.2'), 'refused'],
    ['a name of one', at('/', 'inside.test'), 'refused'],
    ['a file', 'file:///etc/passwd', 'refused'],
    ['an address with a password', at('/').replace('//', '//a:b@'), 'refused'],
    ['itself, again and again', '/to?where=%2Fto', 'redirects'],
  ])('to %s is not', async (_, where, reason) => {
    const names = client({ 'app.test': ['127.0.0.1'], 'inside.test': ['127.0.0.2'] })
    const looped = where.startsWith('/to') ? to(to(to(to(at('/'))))) : to(where)
    expect(await reasonOf(names.request(looped, { ...bounds, max_redirects: 2 }))).toBe(reason)
  })
})

test.each([
  ['an answer that is too large', '/big', 'too_large'],
  ['an answer that never ends', '/endless', 'timeout'],
  ['an answer that never begins', '/silent', 'timeout'],
])('%s is cut off', async (_, path, reason) => {
  const began = performance.now()
  expect(await reasonOf(client().request(at(path), { ...bounds, timeout_ms: 300 }))).toBe(reason)
  expect(performance.now() - began).toBeLessThan(3_000)
})

test('a name that never resolves, or has no address, or nobody behind it, is an error of its own', async () => {
  const never = createOutgoing({ allowed_private_hosts: [], resolve: () => new Promise(() => undefined) })
  expect(await reasonOf(never.request('http://app.test/', { ...bounds, timeout_ms: 100 }))).toBe('timeout')
  expect(await reasonOf(client().request('http://nowhere.test/', bounds))).toBe('unreachable')
  expect(await reasonOf(client().request('http://app.test:1/', bounds))).toBe('unreachable')
})

test('what is compressed stays so: a small answer cannot become a large one', async () => {
  const { body } = await client().request(at('/squeezed'), bounds)
  expect(body.length).toBeLessThan(1_000)
})

test('a certificate is judged by the name, not by the address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'veza-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = Bun.spawnSync(
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout ${key} -out ${cert} -subj /CN=app.test -addext subjectAltName=DNS:app.test`.split(
      ' ',
    ),
  )
  expect(made.exitCode).toBe(0)
  const ca = readFileSync(cert, 'utf8')
  const fetch = () => new Response('sealed')
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, tls: { cert: ca, key: readFileSync(key, 'utf8') }, fetch })
  const resolve = async () => ['127.0.0.1']
  const trusting = createOutgoing({ allowed_private_hosts: ['127.0.0.1'], resolve, ca })
  const wary = createOutgoing({ allowed_private_hosts: ['127.0.0.1'], resolve })
  const url = (host: string) => `https://${host}:${server.port}/`
  expect(String((await trusting.request(url('app.test'), bounds)).body)).toBe('sealed')
  expect(await reasonOf(trusting.request(url('other.test'), bounds))).toBe('unreachable')
  expect(await reasonOf(wary.request(url('app.test'), bounds))).toBe('unreachable')
  await server.stop(true)
  rmSync(folder, { recursive: true })
})

test('a proxy of the environment is not asked', async () => {
  const script = `
    const { createOutgoing } = await import(${JSON.stringify(join(import.meta.dir, '../../../src/platform/outgoing/index.ts'))})
    const { request } = createOutgoing({ allowed_private_hosts: ['127.0.0.1'] })
    const answer = await request('http://127.0.0.1:${open.port}/', { timeout_ms: 5000, max_bytes: 1000 })
    process.stdout.write(String(answer.body))`
  const proxy = at('/', '127.0.0.2')
  const env = { ...process.env, http_proxy: proxy, HTTP_PROXY: proxy, https_proxy: proxy, all_proxy: proxy }
  const child = Bun.spawn([process.execPath, '-e', script], { env, stdout: 'pipe' })
  expect(await new Response(child.stdout).text()).toBe(`127.0.0.1 127.0.0.1:${open.port} GET`)
})
