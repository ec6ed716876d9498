import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const requirements = join(import.meta.dir, 'requirements.txt')
const version = /^schemathesis==(.+)$/m.exec(readFileSync(requirements, 'utf8'))?.[1] ?? ''
const home = join(import.meta.dir, '../../node_modules/.cache/veza-chat', `schemathesis-${version}`)
/** Which Schemathesis asks for. */
const least_python = 11

/** Schemathesis (https://schemathesis.io) in a virtual environment of its own, or why there is none. */
export type FoundSchemathesis = { path: string } | { missing: string }

/** Made once, from PyPI, with the exact versions of requirements.txt. */
export async function findSchemathesis(): Promise<FoundSchemathesis> {
  const path = join(home, 'bin/schemathesis')
  if (existsSync(path)) return { path }
  const python = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'].find(isRecent)
  if (python === undefined) return { missing: `it needs Python 3.${least_python} or newer, as python3` }
  mkdirSync(join(home, '..'), { recursive: true })
  // A virtual environment cannot be moved, so its last file is what says that it is whole.
  rmSync(home, { recursive: true, force: true })
  const steps = [
    [python, '-m', 'venv', home],
    [join(home, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements], // prettier-ignore
  ]
  for (const step of steps) {
    const said = await run(step)
    if (said === null) continue
    rmSync(home, { recursive: true, force: true })
    return { missing: `${step.slice(0, 4).join(' ')} failed: ${said.trim().split('\n').at(-1)}` }
  }
  return { path }
}

function isRecent(python: string): boolean {
  if (Bun.which(python) === null) return false
  const said = Bun.spawnSync([python, '-c', 'import sys; print(sys.version_info[0], sys.version_info[1])'])
  const [major = 0, minor = 0] = said.stdout.toString().trim().split(' ').map(Number)
  return major === 3 && minor >= least_python
}

/** Null, or what a program that failed said. */
async function run(command: string[]): Promise<string | null> {
  const child = Bun.spawn(command, { stdio: ['ignore', 'ignore', 'pipe'] })
  const said = await new Response(child.stderr).text()
  return (await child.exited) === 0 ? null : said
}

export interface Fuzzing {
  /** Of the document, a file. */
  document: string
  /** Operations that are left out, by their ids. */
  without?: string[]
  /** Operations that are asked alone, by their ids. Default: all. */
  only?: string[]
  url: string
  token: string
  seed: number
  seconds: number
  report: string
}

/** Runs it and gives its exit code and all that it said. */
export async function fuzz(
  path: string,
  { document, without = [], only = [], url, token, seed, seconds, report }: Fuzzing,
): Promise<{ code: number; said: string }> {
  const child = Bun.spawn(
    [
      path,
      `--config-file=${join(import.meta.dir, 'schemathesis.toml')}`,
      'run',
      document,
      `--url=${url}`,
      `--header=Authorization: Bearer ${token}`,
      ...without.map((id) => `--exclude-operation-id=${id}`),
      ...only.map((id) => `--include-operation-id=${id}`),
      `--seed=${seed}`,
      `--max-time=${seconds}`,
      // With more, Python 3.11 has run out of its stack.
      '--workers=1',
      '--continue-on-failure',
      '--request-timeout=20',
      '--report=json',
      `--report-json-path=${report}`,
      '--no-color',
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: join(report, '..'),
      env: {
        ...process.env,
        PYTHONUNBUFFERED: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        SCHEMATHESIS_HOOKS: join(import.meta.dir, 'hooks.py'),
      },
    },
  )
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, said: out + err }
}
