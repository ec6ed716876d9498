import { dirname, join } from 'node:path'
import { type BlockStatement, type Comment, parseSync, Visitor } from 'oxc-parser'

import { isBrowsersClass, isForBrowsers, judgeBrowserImport, judgeBrowserPlace } from './browser.ts'

/** A file of `src` or `sdks`, by its path from the root of the repository. */
export interface SourceFile {
  path: string
  text: string
}

const MAX_LINES = 500

/** From the ground up. A file imports from floors below its own; on its own floor only from its own unit. */
const floors = [
  /^src\/(kernel)\//,
  /^src\/platform\/([^/]+)\//,
  /^src\/transport\/([^/]+)\//,
  /^src\/features\/([^/]+)\//,
  /^src\/(web)\//,
  /^src\/(app)(\.ts$|\/)/,
  /^src\/(cli)\//,
  /^src\/(main)\.ts$/,
]

const anywhere = /^/
const httpSide = /^src\/(transport\/http\/|features\/[^/]+\/([\w-]+-)?routes\.ts$|web\/|app\.ts$)/

/** Which file may import which package. A package that is not here may not be imported at all. */
const packages: Record<string, RegExp> = {
  '@sinclair/typebox': anywhere,
  elysia: httpSide,
  '@elysiajs/jwt': /^src\/transport\/http\//,
  postgres: /^src\/platform\/db\//,
  ioredis: /^src\/platform\/(bus|limits)\//,
  'rate-limiter-flexible': /^src\/platform\/limits\//,
  'prom-client': /^src\/platform\/metrics\//,
  otpauth: /^src\/features\/accounts\/totp\.ts$/,
  'lean-qr': /^src\/features\/accounts\/totp\.ts$/,
  bowser: /^src\/features\/accounts\/device\.ts$/,
  jose: /^src\/platform\/jwt\//,
  'smol-toml': /^src\/platform\/config\//,
  'swagger-ui-dist': /^src\/web\//,
}

/** Within a feature: who knows whom. Wiring knows services, services know queries, and never the other way. */
const roles: { of: RegExp; never: RegExp; because: string }[] = [
  { of: /\/schema\.ts$/, never: /\/(queries|service|routes|commands)\.ts$/, because: 'a schema knows only schemas' },
  { of: /\/queries\.ts$/, never: /\/(service|routes|commands)\.ts$/, because: 'a query does not know who asks' },
  { of: /\/service\.ts$/, never: /\/(routes|commands)\.ts$/, because: 'a service does not know its wiring' },
  { of: /\/routes\.ts$/, never: /\/(queries|commands)\.ts$/, because: 'a route is a line of wiring to a service' },
  { of: /\/commands\.ts$/, never: /\/(queries|routes)\.ts$/, because: 'a command is a line of wiring to a service' },
]
const wiring = /\/(([\w-]+-)?(routes|commands)|index)\.ts$/

const sqlHome = /^src\/(platform\/db\/|features\/[^/]+\/([\w-]+-)?queries\.ts$|features\/[^/]+\/queries\/)/
const sqlWords = /^\s*(select|insert|update|delete|with|create|alter|drop|lock|call|truncate|notify|listen)\s/i
const consoleHome = /^src\/(main\.ts$|cli\/|platform\/log\/)/
const vagueName = /(^|[-/])(utils?|helpers?|managers?|misc|common|stuff)(\.tsx?$|\/)/

interface Place {
  floor: number
  unit: string
}

function place(path: string): Place | null {
  for (const [floor, pattern] of floors.entries()) {
    const unit = pattern.exec(path)?.[1]
    if (unit !== undefined) return { floor, unit }
  }
  return null
}

/** Every breach of the house rules in one file, as sentences that begin with the path and the line. */
export function breaches({ path, text }: SourceFile): string[] {
  const found: string[] = []
  const { program, comments, errors } = parseSync(path, text)
  const at = (start: number, words: string) => found.push(`${path}:${text.slice(0, start).split('\n').length} ${words}`)
  for (const error of errors) at(0, error.message)

  const misplaced = isForBrowsers(path) ? judgeBrowserPlace(path) : place(path) ? null : 'is on no floor of the house'
  if (misplaced !== null) at(0, misplaced)
  if (vagueName.test(path)) at(0, 'has a name that does not say what it does')
  const lines = text.split('\n').length - 1
  if (lines > MAX_LINES && !path.endsWith('.gen.ts')) at(0, `has ${lines} lines; ${MAX_LINES} are the limit`)

  for (const { target, start, types } of importsOf({ path, text })) {
    const words = isForBrowsers(path) ? judgeBrowserImport(path, target) : judgeImport(path, target, types)
    if (words) at(start, words)
  }

  const isEmpty = (block: BlockStatement) => block.body.length === 0 && !holdsComment(block, comments)
  new Visitor({
    TSAnyKeyword: (node) => at(node.start, 'uses `any`'),
    CatchClause: (node) => {
      if (isEmpty(node.body)) at(node.start, 'swallows an error without a word')
    },
    CallExpression: ({ callee, arguments: [first], start }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const { name } = callee.property
      if (name === 'catch' && first?.type === 'ArrowFunctionExpression' && first.body.type === 'BlockStatement') {
        if (isEmpty(first.body)) at(start, 'swallows an error without a word')
      }
      if (name === 'unsafe' && !sqlHome.test(path)) at(start, 'has SQL outside queries.ts')
    },
    MemberExpression: ({ object, start }) => {
      if (object.type === 'Identifier' && object.name === 'console' && !consoleHome.test(path))
        at(start, 'writes to the console; take a log')
    },
    TaggedTemplateExpression: ({ tag, quasi, start }) => {
      const named = tag.type === 'Identifier' && ['sql', 'tx'].includes(tag.name)
      const sounds = sqlWords.test(quasi.quasis[0]?.value.raw ?? '')
      if ((named || sounds) && !sqlHome.test(path)) at(start, 'has SQL outside queries.ts')
    },
    ClassDeclaration: ({ superClass, start }) => {
      const parent = superClass?.type === 'Identifier' ? superClass.name : ''
      if (!parent.endsWith('Error') && !isBrowsersClass(path, parent))
        at(start, 'is a class; only errors are, the rest are factories')
    },
  }).visit(program)
  return found
}

const holdsComment = (block: BlockStatement, comments: Comment[]) =>
  comments.some((comment) => comment.start >= block.start && comment.end <= block.end)

interface Import {
  /** A path from the root, or the name of a package. */
  target: string
  start: number
  /** Gone after compilation. */
  types: boolean
}

/** What a file imports, types and dynamic imports included. */
function importsOf({ path, text }: SourceFile): Import[] {
  const found: Import[] = []
  const add = (source: string, start: number, kind?: string) => {
    const target = source.startsWith('.') ? join(dirname(path), source) : source
    found.push({ target, start, types: kind === 'type' })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.start, node.importKind),
    ExportAllDeclaration: (node) => add(node.source.value, node.start, node.exportKind),
    ExportNamedDeclaration: (node) => node.source && add(node.source.value, node.start, node.exportKind),
    ImportExpression: ({ source, start }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, start)
    },
    TSImportType: (node) => add(node.source.value, node.start, 'type'),
  }).visit(parseSync(path, text).program)
  return found
}

function judgeImport(path: string, target: string, types: boolean): string | null {
  const from = place(path)
  if (!from) return null
  if (!target.includes('/') || !/^(src|migrations|node_modules|test|\.ci|package\.json)/.test(target))
    return target === 'package.json' ? null : judgePackage(path, target, from)
  if (!target.startsWith('src/')) {
    if (/^(test|\.ci)\//.test(target)) return `imports ${target}; src knows nothing of it`
    return null
  }

  if (isForBrowsers(target)) return `imports ${target}, which is for browsers`
  const to = place(target)
  if (!to) return `imports ${target}, which is on no floor of the house`
  if (to.floor > from.floor) return `imports ${target}, which is on a floor above`
  const otherUnit = to.floor !== from.floor || to.unit !== from.unit
  const isFeature = target.startsWith('src/features/')
  if (isFeature && otherUnit && !target.endsWith(`/${to.unit}/index.ts`))
    return `imports ${target}; a feature shows itself by its index.ts only`
  if (to.floor === from.floor && otherUnit && !isFeature)
    return `imports ${target}, its sibling; take it as an argument`

  // A type alone ties nobody down: a transport may say what it needs, and a service be that.
  if (types || !path.startsWith('src/features/')) return null
  if (target.startsWith('src/transport/') && !wiring.test(path))
    return `imports ${target}; within a feature only routes and commands know a transport`
  const role = otherUnit ? undefined : roles.find(({ of, never }) => of.test(path) && never.test(target))
  return role ? `imports ${target}; ${role.because}` : null
}

function judgePackage(path: string, target: string, from: Place): string | null {
  const builtIn = /^(node:|bun$|bun:)/.test(target)
  const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? target)
  if (from.unit === 'kernel' && name !== '@sinclair/typebox') return `imports ${target}; the kernel knows TypeBox only`
  if (builtIn) return null
  const home = packages[name]
  if (!home) return `imports ${target}, a package that the table in test/house/rules.ts does not have`
  return home.test(path) ? null : `imports ${target}, which belongs elsewhere`
}

/** Circles between features, each as `a > b > a`. */
export function circles(files: SourceFile[]): string[] {
  const knows = new Map<string, Set<string>>()
  const featureOf = (path: string) => /^src\/features\/([^/]+)\//.exec(path)?.[1]
  for (const file of files) {
    const own = featureOf(file.path)
    if (own === undefined) continue
    const others = knows.get(own) ?? new Set<string>()
    knows.set(own, others)
    for (const { target } of importsOf(file)) {
      const other = featureOf(target)
      if (other !== undefined && other !== own) others.add(other)
    }
  }

  const found = new Set<string>()
  const walk = (way: string[]) => {
    for (const next of knows.get(way.at(-1) ?? '') ?? []) {
      const from = way.indexOf(next)
      if (from === -1) walk([...way, next])
      // The same circle is met once from each of its members: the one that starts at its first name stays.
      else if (way.slice(from).every((name) => name >= next)) found.add([...way.slice(from), next].join(' > '))
    }
  }
  for (const feature of knows.keys()) walk([feature])
  return [...found]
}
