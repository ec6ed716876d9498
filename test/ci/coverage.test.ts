import { expect, test } from 'bun:test'
import { addLcov, addUntouched, type Lines } from '../../.ci/coverage.ts'

const report = (path: string, ...lines: string[]) => [`SF:${path}`, ...lines, 'end_of_record', ''].join('\n')

test('a line that any batch runs is run', () => {
  const lines: Lines = new Map()
  addLcov(lines, report('src/kernel/errors.ts', 'DA:1,0', 'DA:2,3'))
  addLcov(lines, report('src/kernel/errors.ts', 'DA:1,1', 'DA:2,0', 'DA:3,0'))
  expect([...(lines.get('src/kernel/errors.ts') ?? [])]).toEqual([
    [1, 1],
    [2, 3],
    [3, 0],
  ])
})

test('only hand-written files of src count', () => {
  const lines: Lines = new Map()
  for (const path of ['test/x.ts', 'src/platform/db/migrations.gen.ts', 'migrations/001.sql', '.ci/check.ts'])
    addLcov(lines, report(path, 'DA:1,1'))
  expect(lines.size).toBe(0)
})

test('a file that no test loads counts with all its code as not run, and a file of types with none', async () => {
  const lines: Lines = new Map()
  await addUntouched(lines)
  const errors = [...(lines.get('src/kernel/errors.ts')?.values() ?? [])]
  expect(errors.length).toBeGreaterThan(20)
  expect(errors.every((hits) => hits === 0)).toBeTrue()
  expect(lines.get('src/kernel/log.ts')?.size).toBe(0)
})
