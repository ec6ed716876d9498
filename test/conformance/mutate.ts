import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { temporaryDirectory } from '../services/postgres.ts'

/** A defect, as the replacement of one text of one file. */
export interface Mutation {
  name: string
  file: string
  from: string
  to: string
  /** The file of scenarios, without its ending, that must find it. */
  scenarios: string
}

const root = join(import.meta.dir, '../..')

export async function readMutations(): Promise<Mutation[]> {
  return Bun.YAML.parse(await Bun.file(join(import.meta.dir, 'mutations.yaml')).text()) as Mutation[]
}

/** The source with a defect in it. Throws when the text is not there exactly once. */
export function mutated({ name, file, from, to }: Mutation): string {
  const text = readFileSync(join(root, file), 'utf8')
  const times = text.split(from).length - 1
  if (times !== 1) throw new Error(`"${name}": its text occurs ${times} times in ${file}`)
  return text.replace(from, () => to)
}

export interface Copy {
  /** Runs the program of the copy. */
  instead: string[]
  /** Puts the defect in; gives what takes it out again. */
  mutate(mutation: Mutation): () => void
  remove(): void
}

/** A copy of the sources that nobody else sees. */
export function copySources(): Copy {
  const folder = join(temporaryDirectory(), 'veza-chat')
  mkdirSync(folder)
  for (const name of ['src', 'migrations', 'package.json', 'tsconfig.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return {
    instead: [process.execPath, join(folder, 'src/main.ts')],
    mutate: (mutation) => {
      const path = join(folder, mutation.file)
      const before = readFileSync(path)
      writeFileSync(path, mutated(mutation))
      return () => writeFileSync(path, before)
    },
    remove: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
  }
}
