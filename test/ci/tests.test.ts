import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { findBatches, reports, runBatch } from '../../.ci/tests.ts'

const root = join(import.meta.dir, '../..')
const desk = mkdtempSync(join(tmpdir(), 'veza-check-'))
afterAll(() => rmSync(desk, { recursive: true }))

function batch(...bodies: string[]) {
  const files = bodies.map((body, index) => {
    const path = join(desk, `case-${index}.test.ts`)
    writeFileSync(path, `import { expect, test } from 'bun:test'\n${body}\n`)
    return relative(root, path)
  })
  return runBatch({ name: 'a batch of a test', files, coverage: false }, false, () => undefined)
}

test('a batch counts what passed, failed and was skipped over its files', async () => {
  const pass = `test('a', () => console.error(' 9 pass')); test('b', () => {}); test.skip('c', () => {})`
  expect(await batch(pass, `test('d', () => {}); test('e', () => expect(1).toBe(2))`)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
  })
})

test('a batch whose process dies before it reports is a failure', async () => {
  expect(await batch(`test('a', () => process.exit(7))`)).toMatchObject({ failed: 1 })
})

test('an error between tests is a failure', async () => {
  expect((await batch(`test('a', () => {}); throw new Error('outside')`)).failed).toBeGreaterThan(0)
})

test('a batch that leaves a process behind is a failure, and does not wait for that process', async () => {
  const leave = `
    const left = Bun.spawn(['sleep', '60'], { stdio: ['ignore', 'ignore', 'inherit'] })
    left.unref()
    test('a', async () => { await Bun.write(${JSON.stringify(join(desk, 'pid'))}, String(left.pid)) })`
  expect(await batch(leave)).toMatchObject({ passed: 1, failed: 1 })
  process.kill(Number(await Bun.file(join(desk, 'pid')).text()))
}, 15_000)

test('a batch reports its coverage where the check looks for it, whatever the bunfig.toml of the root says', async () => {
  const path = join(desk, 'covered.test.ts')
  const face = JSON.stringify(join(root, 'src/kernel/errors.ts'))
  writeFileSync(path, `import { test } from 'bun:test'\nimport ${face}\ntest('a', () => {})`)
  await runBatch({ name: 'a/b', files: [relative(root, path)], coverage: true }, false, () => undefined)
  expect(await Bun.file(join(root, reports, 'a-b/lcov.info')).text()).toContain('SF:src/kernel/errors.ts')
  rmSync(join(root, reports), { recursive: true })
})

test('every test file is in one batch, and those that take long come last', async () => {
  const { layers, ordinary, late } = await findBatches()
  const all = [...layers, ...ordinary, ...late].flatMap(({ files }) => files)
  const there = await Array.fromAsync(new Bun.Glob('test/**/*.test.ts').scan({ cwd: root }))
  expect(all.toSorted()).toEqual(there.toSorted())
  expect(ordinary.map(({ name }) => name)).toContain('platform/log')
  for (const { name } of late) expect(['e2e', 'faults', 'conformance', 'fuzz']).toContain(name)
})
