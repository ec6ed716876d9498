import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ConfigError, readConfig } from '../../../src/platform/config/index.ts'

/** An empty folder that goes when the `using` block ends. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'veza-config-'))
  return {
    path,
    write: (name: string, text: string) => {
      writeFileSync(join(path, name), text)
      return join(path, name)
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

interface Given {
  toml?: string
  env?: Record<string, string>
  flags?: Record<string, string>
}

/** What these sources give together; the file is called `config.toml` in messages. */
export function configured({ toml = '', env = {}, flags = {} }: Given) {
  using dir = folder()
  return readConfig({ file: dir.write('config.toml', toml), env, flags })
}

/** The sentences that these sources are refused with, without the path of the file's folder. */
export function problems(given: Given): string[] {
  using dir = folder()
  try {
    readConfig({ file: dir.write('config.toml', given.toml ?? ''), env: given.env ?? {}, flags: given.flags ?? {} })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replaceAll(`${dir.path}/`, ''))
    throw error
  }
  return []
}
