import { rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Test files that share a process. */
export interface Batch {
  name: string
  files: string[]
  coverage: boolean
}

const root = join(import.meta.dir, '..')
const BATCH_MS = 15 * 60_000
const LAYERS = 'test/layers.test.ts'
/** These need the compiled binary, and take long. */
const LATE = ['e2e', 'faults']
/** Directories of these are large enough for a process each. */
const WIDE = ['platform', 'features', 'transport']

/** One batch a directory, so that what leaks in one cannot break another. `only` keeps the batches under a name. */
export async function findBatches(only?: string): Promise<Record<'layers' | 'ordinary' | 'late', Batch[]>> {
  rmSync(join(root, 'coverage'), { recursive: true, force: true })
  const files = await Array.fromAsync(new Bun.Glob('test/**/*.test.ts').scan({ cwd: root }))
  const named = new Map<string, string[]>()
  for (const file of files.toSorted()) {
    if (file === LAYERS) continue
    const [, first = '', second = '', third] = file.split('/')
    const name = second === '' ? 'test' : WIDE.includes(first) && third !== undefined ? `${first}/${second}` : first
    named.set(name, [...(named.get(name) ?? []), file])
  }
  const isLate = (name: string) => LATE.includes(name)
  const batches = [...named].map(([name, files]) => ({ name, files, coverage: !isLate(name) }))
  const kept = batches.filter(({ name }) => only === undefined || name === only || name.startsWith(`${only}/`))
  return {
    layers: [{ name: 'layers', files: [LAYERS], coverage: false }],
    ordinary: kept.filter(({ name }) => !isLate(name)),
    late: kept.filter(({ name }) => isLate(name)),
  }
}

/** Runs one batch and says what came out. A process that dies or hangs is a failure, even with no test to blame. */
export async function runBatch({ name, files, coverage }: Batch, verbose: boolean): Promise<Tally> {
  console.log(`\n-- ${name}`)
  const directory = `coverage/${name.replaceAll('/', '-')}`
  const child = Bun.spawn(
    [
      process.execPath,
      'test',
      ...(verbose ? [] : ['--only-failures']),
      ...(coverage ? ['--coverage', '--coverage-reporter=lcov', `--coverage-dir=${directory}`] : []),
      ...files.map((file) => `./${file}`),
    ],
    {
      cwd: root,
      env: { ...process.env, ...(process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}) },
      stdio: ['ignore', 'inherit', 'pipe'],
      timeout: BATCH_MS,
      killSignal: 'SIGKILL',
    },
  )
  let report = ''
  const decoder = new TextDecoder()
  for await (const bytes of child.stderr) {
    process.stderr.write(bytes)
    report += decoder.decode(bytes, { stream: true })
  }
  const code = await child.exited
  const plain = Bun.stripANSI(report)
  const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, 'm').exec(plain)?.[1] ?? 0)
  const failed = count('fail')
  if (code !== 0 && failed === 0) console.error(`${name}: the test process ended with ${child.signalCode ?? code}.`)
  return { passed: count('pass'), failed: code !== 0 && failed === 0 ? 1 : failed, skipped: count('skip') }
}
