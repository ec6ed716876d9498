import { afterAll, expect, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// In `postgres` a query that nobody awaits never runs, and nothing says so. The linter does: this shows that our
// configuration of it sees each way to forget one.

const root = join(import.meta.dir, '..')
const desk = mkdtempSync(join(tmpdir(), 'veza-lint-'))
mkdirSync(join(desk, 'src'))
for (const file of ['.oxlintrc.json', 'tsconfig.json']) cpSync(join(root, file), join(desk, file))
symlinkSync(join(root, 'node_modules'), join(desk, 'node_modules'))
afterAll(() => rmSync(desk, { recursive: true }))

function lint(body: string): string[] {
  writeFileSync(join(desk, 'src/case.ts'), `import type { Sql } from 'postgres'\n${body}\n`)
  return codesOf('src/case.ts')
}

function codesOf(path: string): string[] {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = Bun.spawnSync([process.execPath, oxlint, '--format=json', path], { cwd: desk })
  const { diagnostics } = JSON.parse(stdout.toString()) as { diagnostics: { code: string }[] }
  return diagnostics.map(({ code }) => code)
}

const forgotten = 'sql`delete from users`'

test.each([
  ['as a statement', `export const a = (sql: Sql) => { ${forgotten} }`, 'no-floating-promises'],
  [
    'inside a transaction',
    'export const a = (sql: Sql) => sql.begin(async (tx) => { tx`delete from users` })',
    'no-floating-promises',
  ],
  ['behind void', `export const a = (sql: Sql) => { void ${forgotten} }`, 'no-floating-promises'],
  ['written with unsafe', `export const a = (sql: Sql) => { sql.unsafe('select 1') }`, 'no-floating-promises'],
  [
    'in a loop by callback',
    `export const a = (sql: Sql) => { [1].forEach(() => ${forgotten}) }`,
    'no-misused-promises',
  ],
  ['in a timer', `export const a = (sql: Sql) => { setTimeout(() => ${forgotten}, 1) }`, 'no-misused-promises'],
  ['as a condition', `export const a = (sql: Sql) => { if (${forgotten}) return 1; return 2 }`, 'no-misused-promises'],
  [
    'past its catch',
    `export const a = async (sql: Sql) => { try { return ${forgotten} } catch (cause) { return cause } }`,
    'return-await',
  ],
])('a query forgotten %s is an error', (_, body, rule) => {
  expect(lint(body)).toContain(`typescript(${rule})`)
})

test.each([
  ['awaited', `export const a = async (sql: Sql) => { await ${forgotten} }`],
  ['returned', `export const a = (sql: Sql) => ${forgotten}`],
  ['a fragment', 'export const a = (sql: Sql) => { const all = sql`where true`; return sql`select 1 ${all}` }'],
  ['with an answer to its failure', `export const a = (sql: Sql) => { ${forgotten}.catch(() => null) }`],
])('a query that is %s is fine', (_, body) => {
  expect(lint(body)).toEqual([])
})

// And what React and people who use no mouse need is seen where it is for browsers.
test.each([
  ['a hook behind a condition', 'if (on) useState(1); return <p />', 'react-hooks(rules-of-hooks)'],
  ['text that becomes markup', 'return <p dangerouslySetInnerHTML={{ __html: on ? "" : "a" }} />', 'react(no-danger)'],
  ['a picture without words', 'return <img src={on ? "a" : "b"} />', 'jsx-a11y(alt-text)'],
  [
    'a click that only a mouse can make',
    'return <div onClick={() => useState(on)} />',
    'jsx-a11y(click-events-have-key-events)',
  ],
])('%s is an error', (_, body, rule) => {
  const path = 'src/web/pages/app/case.tsx'
  mkdirSync(join(desk, 'src/web/pages/app'), { recursive: true })
  cpSync(join(root, 'src/web/pages/tsconfig.json'), join(desk, 'src/web/pages/tsconfig.json'))
  writeFileSync(
    join(desk, path),
    `import { useState } from 'react'\n\nexport function Case({ on }: { on: boolean }) {\n  useState(0)\n  ${body}\n}\n`,
  )
  expect(codesOf(path)).toContain(rule)
})
