import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, openSync, read, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openOutput } from '../../../src/platform/log/index.ts'

const home = mkdtempSync(join(tmpdir(), 'veza-log-'))
afterAll(() => rmSync(home, { recursive: true }))

const face = join(import.meta.dir, '../../../src/platform/log/index.ts')

/** A process that logs to a pipe. */
const run = (body: string) =>
  Bun.spawn([process.execPath, '-e', `import { createLog, openOutput } from ${JSON.stringify(face)}\n${body}`], {
    stdout: 'pipe',
    stderr: 'pipe',
  })

/** A pipe by name, that somebody has open and nobody reads. */
function fifo() {
  const path = join(mkdtempSync(join(home, 'pipe-')), 'fifo')
  Bun.spawnSync(['mkfifo', path])
  return { path, reader: openSync(path, 'r+') }
}

test('lines arrive whole and in order', async () => {
  const file = join(home, 'out')
  const output = openOutput(openSync(file, 'w'))
  const sent = Array.from({ length: 5000 }, (_, n) => `line ${n}\n`)
  for (const [n, line] of sent.entries()) {
    expect(output.write(line)).toBeTrue()
    if (n % 700 === 0) await output.flush()
  }
  await output.flush()
  expect(readFileSync(file, 'utf8')).toBe(sent.join(''))
})

test('what was logged just before process.exit arrives', async () => {
  const child = run(`
    const log = createLog({ level: 'info', format: 'json' })
    log.info('first')
    await log.flush()
    log.info('second')
    setImmediate(() => { log.error('last'); process.exit(3) })`)
  const text = await new Response(child.stdout).text()
  expect(await child.exited).toBe(3)
  expect(text.trim().split('\n')).toHaveLength(3)
  expect(text).toContain('"message":"last"')
})

test('what was logged just before an uncaught error arrives', async () => {
  const child = run(`createLog({ level: 'info', format: 'json' }).error('last'); throw new Error('end')`)
  expect(await new Response(child.stdout).text()).toContain('"message":"last"')
})

test('a reader that stands still costs lines, not time or memory, and gets whole lines when it reads again', async () => {
  const { path, reader } = fifo()
  const output = openOutput(openSync(path, 'w'), 100_000)
  const line = `${'x'.repeat(999)}\n`
  // A pipe holds 64 KiB: the first write fills it and hangs, and what follows waits.
  for (let n = 0; n < 100; n++) output.write(line)
  await output.flush()
  const taken = Array.from({ length: 1000 }, () => output.write(line)).filter(Boolean)
  expect(taken).toHaveLength(100)

  let text = ''
  const bytes = Buffer.alloc(65_536)
  while (text.length < 200 * line.length) {
    const { promise, resolve } = Promise.withResolvers<number>()
    read(reader, bytes, 0, bytes.length, null, (_, count) => resolve(count))
    text += bytes.toString('utf8', 0, await promise)
  }
  expect(text).toBe(line.repeat(200))
  expect(output.write(line)).toBeTrue()
})

test('a stuck reader holds neither flush nor exit for long', async () => {
  const { path } = fifo()
  const child = run(`
    import { openSync } from 'node:fs'
    const log = createLog({ level: 'info', format: 'json', output: openOutput(openSync(${JSON.stringify(path)}, 'w')) })
    for (let n = 0; n < 1000; n++) log.info('x'.repeat(1000))
    const start = performance.now()
    await log.flush()
    console.error(Math.round(performance.now() - start))
    log.info('one more')
    process.exit(0)`)
  const flushed_ms = Number(await new Response(child.stderr).text())
  expect(flushed_ms).toBeWithin(900, 4000)
  expect(await child.exited).toBe(0)
})

test('a reader that is gone does not end the process', async () => {
  const child = Bun.spawn(
    [
      'sh',
      '-c',
      `"$0" -e "$1" | true`,
      process.execPath,
      `import { createLog } from ${JSON.stringify(face)}
       const log = createLog({ level: 'info', format: 'json' })
       for (let n = 0; n < 20; n++) { log.info('x'); await log.flush() }
       console.error('alive')`,
    ],
    { stderr: 'pipe' },
  )
  expect(await new Response(child.stderr).text()).toBe('alive\n')
})
