import { join } from 'node:path'

/** Per cent of the lines of `src` that tests run. Bun's own threshold is per file, so this one is counted here. */
const FLOOR = 80
const SHOWN = 10

const root = join(import.meta.dir, '..')

/** Hits by line number, by path. */
export type Lines = Map<string, Map<number, number>>

/** Merges what the batches wrote under `reports` into `coverage/lcov.info` and compares the whole with the floor. */
export async function judgeCoverage(reports: string): Promise<boolean> {
  const lines: Lines = new Map()
  for await (const path of new Bun.Glob(`${reports}/*/lcov.info`).scan({ cwd: root }))
    addLcov(lines, await Bun.file(join(root, path)).text())
  await addUntouched(lines)
  await Bun.write(join(root, 'coverage/lcov.info'), toLcov(lines))

  const files = [...lines].map(([path, hits]) => {
    const run = [...hits.values()].filter((count) => count > 0).length
    return { path, run, of: hits.size }
  })
  const run = files.reduce((sum, file) => sum + file.run, 0)
  const of = files.reduce((sum, file) => sum + file.of, 0)
  const share = of === 0 ? 100 : (100 * run) / of
  const missing = files.filter((file) => file.run < file.of).toSorted((a, b) => b.of - b.run - (a.of - a.run))
  for (const file of missing.slice(0, SHOWN))
    console.log(`${String(file.of - file.run).padStart(5)} not run  ${file.path}`)
  console.log(`${share.toFixed(1)} % of ${of} lines are run by tests; the floor is ${FLOOR} %.`)
  return share >= FLOOR
}

/** Adds a report to what is known so far: hits of the same line add up. */
export function addLcov(lines: Lines, text: string): void {
  let hits: Map<number, number> | null = null
  for (const line of text.split('\n')) {
    if (line.startsWith('SF:')) {
      const path = line.slice(3).replace(`${root}/`, '')
      hits = counts(path) ? (lines.get(path) ?? new Map<number, number>()) : null
      if (hits) lines.set(path, hits)
    } else if (line.startsWith('DA:') && hits) {
      const [number = 0, count = 0] = line.slice(3).split(',').map(Number)
      hits.set(number, (hits.get(number) ?? 0) + count)
    }
  }
}

/** What browsers run is counted nowhere, and so is no part of it. */
const counts = (path: string) =>
  path.startsWith('src/') && !path.startsWith('src/web/pages/') && !path.endsWith('.gen.ts')

/** A file that no test loads is in no report: each of its lines of code counts as not run. */
export async function addUntouched(lines: Lines): Promise<void> {
  const transpiler = new Bun.Transpiler({ loader: 'ts' })
  for await (const path of new Bun.Glob('src/**/*.ts').scan({ cwd: root })) {
    if (lines.has(path) || !counts(path)) continue
    const code = transpiler.transformSync(await Bun.file(join(root, path)).text())
    const own = code.split('\n').filter((line) => /[\w]/.test(line) && !line.startsWith('import'))
    lines.set(path, new Map(own.map((_, index) => [index + 1, 0])))
  }
}

const toLcov = (lines: Lines) =>
  [...lines]
    .map(([path, hits]) => [`SF:${path}`, ...[...hits].map(([n, count]) => `DA:${n},${count}`), 'end_of_record'])
    .flat()
    .join('\n')
