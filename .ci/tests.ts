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
const BATCH_MS = 25 * 60_000
const TEST_MS = 30_000
const LEFTOVER_MS = 5000
const LAYERS = 'test/layers.test.ts'
/** These take long, and most need the compiled binary. */
const LATE = ['e2e', 'faults', 'conformance', 'fuzz']
/** Where the batches of this run report their coverage; each run has its own, so that two can go on at once. */
export const reports = `coverage/run-${process.pid}`
/** Directories of these are large enough for a process each. */
const WIDE = ['platform', 'features', 'transport', 'sdks']

/** One batch a directory, so that what leaks in one cannot break another. `only` keeps the batches under a name. */
export async function findBatches(only?: string): Promise<Record<'layers' | 'ordinary' | 'late', Batch[]>> {
  const files = await Array.fromAsync(new Bun.Glob('test/**/*.test.ts').scan({ cwd: root }))
  const named = new Map<string, string[]>()
  for (const file of files.toSorted()) {
    if (file === LAYERS) continue
    const [, first = '', second = '', third] = file.split('/')
    const is_part = (WIDE.includes(first) && third !== undefined) || (first === 'web' && second.startsWith('app-'))
    const name = second === '' ? 'test' : !is_part ? first : third === undefined ? 'web/app' : `${first}/${second}`
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
export async function runBatch(
  { name, files, coverage }: Batch,
  verbose: boolean,
  show: (text: string | Uint8Array) => unknown = (text) => process.stderr.write(text),
): Promise<Tally> {
  show(`\n-- ${name}\n`)
  const child = Bun.spawn(
    [
      process.execPath,
      '--config=.ci/bunfig.toml',
      'test',
      // A test that hangs ends all the same; one that is slow on a busy machine is no failure. Files with longer work say more.
      `--timeout=${TEST_MS}`,
      ...(verbose ? [] : ['--only-failures']),
      ...(coverage
        ? ['--coverage', '--coverage-reporter=lcov', `--coverage-dir=${reports}/${name.replaceAll('/', '-')}`]
        : []),
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
  const reader = child.stderr.getReader()
  const read = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      show(chunk.value)
      report += decoder.decode(chunk.value, { stream: true })
    }
    return true
  }
  const whole = read()
  const code = await child.exited
  // What a test left running may hold the pipe open for ever.
  const ended = await Promise.race([whole, Bun.sleep(LEFTOVER_MS).then(() => false)])
  if (!ended) {
    show(`${name}: a process that a test started is still running.\n`)
    await reader.cancel()
  }
  const plain = Bun.stripANSI(report)
  // The last, because a test may print such a line too.
  const count = (word: string) => Number([...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, 'gm'))].at(-1)?.[1] ?? 0)
  const failed = count('fail')
  const dead = code !== 0 && failed === 0
  if (dead) show(`${name}: the test process ended with ${child.signalCode ?? code}.\n`)
  return { passed: count('pass'), failed: failed + Number(dead) + Number(!ended), skipped: count('skip') }
}
