import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { temporaryDirectory } from '../services/postgres.ts'

/** The source with one thing wrong. */
export interface Defect {
  name: string
  file: string
  /** What the file says with the defect in it. */
  text: string
  /** The file of scenarios, without its ending, that must find it; null for any. */
  scenarios: string | null
}

interface Mutation {
  name: string
  file: string
  from: string
  to: string
  scenarios: string
}

const root = join(import.meta.dir, '../..')
const source = (file: string) => readFileSync(join(root, file), 'utf8')

interface Mutations {
  defects: Mutation[]
  /** Checks without which nothing changes, because another one says the same. */
  redundant: { check: string; because: string }[]
}

const readMutations = async () =>
  Bun.YAML.parse(await Bun.file(join(import.meta.dir, 'mutations.yaml')).text()) as Mutations

/** Those of mutations.yaml. Throws for a text that is not there exactly once. */
export async function writtenDefects(): Promise<Defect[]> {
  return (await readMutations()).defects.map(({ name, file, from, to, scenarios }) => {
    const text = source(file)
    const times = text.split(from).length - 1
    if (times !== 1) throw new Error(`"${name}": its text occurs ${times} times in ${file}`)
    return { name, file, scenarios, text: text.replace(from, () => to) }
  })
}

const question = /(?<!function )\b(?:may|mayIn|mayInRoom)\((?=actor)/g
const demand =
  /^[ \t]*(?:if \([^\n]*\) )?(?:\w+\.)?require(?:InRoom|Above|Givable|Visible|Speech|Open|There|Standing)\([^\n]*\)$/gm

/**
 * Every check of a permission in the features, left out one at a time: a question is answered with yes, a demand is not made. Without those that are declared
 * redundant; throws for such a declaration that fits no check or several.
 */
export async function leftOutChecks(): Promise<Defect[]> {
  const files = await Array.fromAsync(new Bun.Glob('src/features/{audit,conversations,messages,presence,analytics}/*.ts').scan({ cwd: root })) // prettier-ignore
  const all = files.toSorted().flatMap((file) => {
    const text = source(file)
    const without = (from: number, to: number, instead: string): Defect => {
      const what = text.slice(from, to).trim().replaceAll(/\s+/g, ' ').slice(0, 90)
      const name = `${file} ${functionAround(text, from)}: ${what}`
      return { name, file, scenarios: null, text: text.slice(0, from) + instead + text.slice(to) }
    }
    return [
      ...[...text.matchAll(question)].map(({ index }) => without(index, closing(text, index), 'true')),
      ...[...text.matchAll(demand)].map(({ index, 0: line }) => without(index, index + line.length, 'void 0')),
    ]
  })
  const { redundant } = await readMutations()
  for (const { check } of redundant) {
    const times = all.filter(({ name }) => name === check).length
    if (times !== 1) throw new Error(`"${check}" is declared redundant and is there ${times} times`)
  }
  return all.filter(({ name }) => !redundant.some(({ check }) => check === name))
}

/** The name of the function that begins last before a place. */
const functionAround = (text: string, at: number): string =>
  [...text.slice(0, at).matchAll(/(?:function |const )(\w+)(?: = (?:async )?)?(?:<[^>]*>)?\(/g)].at(-1)?.[1] ?? 'module'

/** Where the parenthesis that opens next is closed. */
function closing(text: string, from: number): number {
  let depth = 0
  for (let at = text.indexOf('(', from); at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return at + 1
  }
  throw new Error('a parenthesis is not closed')
}

export interface Copy {
  /** Runs the program of the copy. */
  instead: string[]
  /** Puts a defect in; gives what takes it out again. */
  spoil(defect: Defect): () => void
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
    spoil: ({ file, text }) => {
      const path = join(folder, file)
      const before = readFileSync(path)
      writeFileSync(path, text)
      return () => writeFileSync(path, before)
    },
    remove: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
  }
}
