import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { breaches, circles, type SourceFile } from './house/rules.ts'

const root = join(import.meta.dir, '..')

async function house(): Promise<SourceFile[]> {
  const places = ['src/**/*.{ts,tsx}', 'sdks/*/src/**/*.{ts,tsx}']
  const scans = places.map((place) => Array.fromAsync(new Bun.Glob(place).scan({ cwd: root })))
  const paths = (await Promise.all(scans)).flat()
  return Promise.all(paths.toSorted().map(async (path) => ({ path, text: await Bun.file(join(root, path)).text() })))
}

test('the house keeps its rules', async () => {
  const files = await house()
  for (const place of ['src/app.ts', 'src/web/pages/app/main.tsx', 'sdks/javascript/src/index.ts'])
    expect(files.map(({ path }) => path)).toContain(place)
  expect(files.flatMap(breaches)).toEqual([])
})

test('no feature knows another that knows it', async () => {
  expect(circles(await house())).toEqual([])
})

const LONG = `// 501 lines${'\n'.repeat(501)}`

/** A case with its first line in front, as its name. */
const named = <T extends [string, string, ...string[]]>(cases: T[]) =>
  cases.map((item): [string, ...T] => [`${item[0]} ${item[1].trim().split('\n')[0]}`, ...item])

describe('the rules', () => {
  test.each(
    named<[string, string, string]>([
      // floors
      ['src/kernel/x.ts', `import { a } from '../platform/db/index.ts'`, 'on a floor above'],
      ['src/platform/db/x.ts', `import type { a } from '../../features/users/index.ts'`, 'on a floor above'],
      ['src/platform/db/x.ts', `export { a } from '../../transport/ws/index.ts'`, 'on a floor above'],
      ['src/transport/ws/x.ts', `const a = await import('../../features/users/index.ts')`, 'on a floor above'],
      ['src/features/users/x.ts', `let a: import('../../app.ts').App`, 'on a floor above'],
      ['src/features/users/x.ts', `export * from '../../web/index.ts'`, 'on a floor above'],
      ['src/app.ts', `import { a } from './cli/serve.ts'`, 'on a floor above'],
      ['src/cli/x.ts', `import '../main.ts'`, 'on a floor above'],
      ['src/odd/x.ts', '', 'on no floor'],
      ['src/cli/x.ts', `import '../odd/x.ts'`, 'on no floor'],
      ['src/kernel/x.ts', `import { a } from '../../test/services/postgres.ts'`, 'src knows nothing of it'],
      // siblings
      ['src/platform/db/x.ts', `import { a } from '../log/index.ts'`, 'its sibling'],
      ['src/transport/ws/x.ts', `import { a } from '../http/index.ts'`, 'its sibling'],
      // features
      ['src/features/a/x.ts', `import { a } from '../users/service.ts'`, 'by its index.ts only'],
      ['src/features/a/x.ts', `import { a } from '../users/deep/index.ts'`, 'by its index.ts only'],
      ['src/app.ts', `import { a } from './features/users/service.ts'`, 'by its index.ts only'],
      ['src/features/a/service.ts', `import { a } from '../../transport/http/index.ts'`, 'only routes and commands'],
      ['src/features/a/schema.ts', `import { a } from './queries.ts'`, 'a schema knows only schemas'],
      ['src/features/a/queries.ts', `import { a } from './service.ts'`, 'does not know who asks'],
      ['src/features/a/service.ts', `import { a } from './routes.ts'`, 'does not know its wiring'],
      ['src/features/a/routes.ts', `import { a } from './queries.ts'`, 'wiring to a service'],
      ['src/features/a/commands.ts', `import { a } from './queries.ts'`, 'wiring to a service'],
      // browsers
      ['src/app.ts', `import { a } from './web/pages/app/x.ts'`, 'which is for browsers'],
      ['src/web/x.ts', `import { useState } from 'react'`, 'does not have'],
      ['src/web/pages/app/x.tsx', `import { a } from '../../../kernel/ids.ts'`, 'which is not for it'],
      ['src/web/pages/app/x.tsx', `import type { a } from '../playground/x.ts'`, 'which is not for it'],
      ['src/web/pages/app/x.tsx', `import { Elysia } from 'elysia'`, 'a package that is not for it'],
      ['src/web/pages/app/x.tsx', `import { readFileSync } from 'node:fs'`, 'a package that is not for it'],
      ['src/web/pages/app/x.tsx', `import { h } from 'preact'`, 'a package that is not for it'],
      ['src/web/pages/app/x.tsx', `const a = <p>{b as any}</p>`, 'uses `any`'],
      ['src/web/pages/app/x.tsx', 'try { a() } catch {}', 'swallows an error'],
      ['src/web/pages/app/x.tsx', LONG, '501 lines'],
      ['src/web/pages/app/x.tsx', 'class Room {}', 'is a class'],
      ['src/web/pages/odd/x.ts', '', 'in none of the places'],
      ['sdks/javascript/src/x.ts', `import { a } from '../../react/src/x.ts'`, 'which is not for it'],
      ['sdks/javascript/src/x.ts', `import { a } from 'jose'`, 'a package that is not for it'],
      ['sdks/javascript/src/x.ts', `await a().catch(() => {})`, 'swallows an error'],
      ['sdks/react/src/x.tsx', `import { createPortal } from 'react-dom'`, 'a package that is not for it'],
      // packages
      ['src/kernel/x.ts', `import { readFileSync } from 'node:fs'`, 'the kernel knows TypeBox only'],
      ['src/features/a/service.ts', `import { Elysia } from 'elysia'`, 'belongs elsewhere'],
      ['src/transport/ws/x.ts', `import type { Context } from 'elysia/context'`, 'belongs elsewhere'],
      ['src/features/a/queries.ts', `import postgres from 'postgres'`, 'belongs elsewhere'],
      ['src/features/a/service.ts', `import Redis from 'ioredis'`, 'belongs elsewhere'],
      ['src/app.ts', `import { Registry } from 'prom-client'`, 'belongs elsewhere'],
      ['src/app.ts', `import chalk from 'chalk'`, 'does not have'],
      // SQL
      ['src/features/a/service.ts', 'await sql`select 1`', 'SQL outside queries.ts'],
      ['src/features/a/service.ts', 'await sql<Row[]>`x`', 'SQL outside queries.ts'],
      ['src/features/a/service.ts', 'await connection`\n  delete from users`', 'SQL outside queries.ts'],
      ['src/features/a/service.ts', `await sql.unsafe('x')`, 'SQL outside queries.ts'],
      ['src/app.ts', 'sql.begin((tx) => tx`x`)', 'SQL outside queries.ts'],
      // habits
      ['src/app.ts', 'const a: any = 1', 'uses `any`'],
      ['src/app.ts', 'const a = b as Record<string, any>', 'uses `any`'],
      ['src/app.ts', 'try { a() } catch {}', 'swallows an error'],
      ['src/app.ts', 'try { a() } catch (cause) {\n}', 'swallows an error'],
      ['src/app.ts', 'await a().catch(() => {})', 'swallows an error'],
      ['src/app.ts', `console.log('x')`, 'writes to the console'],
      ['src/app.ts', 'class Room {}', 'is a class'],
      ['src/features/a/utils.ts', '', 'does not say what it does'],
      ['src/platform/db/db-helpers.ts', '', 'does not say what it does'],
      ['src/app.ts', LONG, '501 lines'],
      ['src/app.ts', 'const =', 'Unexpected token'],
    ]),
  )('refuse in %s', (_, path, text, words) => {
    const found = breaches({ path, text })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(words)
    expect(found[0]).toStartWith(`${path}:`)
  })

  test.each(
    named<[string, string]>([
      ['src/main.ts', `const serve = await import('./cli/serve.ts')`],
      [
        'src/cli/x.ts',
        `import { createApp } from '../app.ts'; import type { Command } from './command.ts'; console.log(1)`,
      ],
      ['src/app.ts', `import { createUsers } from './features/users/index.ts'; import { Elysia } from 'elysia'`],
      [
        'src/features/a/routes.ts',
        `import { Elysia } from 'elysia'; import { a } from '../../transport/http/index.ts'`,
      ],
      ['src/features/a/commands.ts', `import { command } from '../../transport/ws/index.ts'; import './service.ts'`],
      ['src/features/a/service.ts', `import { b } from '../b/index.ts'; import { c } from './queries.ts'`],
      ['src/features/a/service.ts', `import type { Places } from '../../transport/ws/index.ts'`],
      ['src/features/a/routes.ts', `import type { Row } from './queries.ts'`],
      ['src/features/a/queries.ts', 'export const one = (sql: Sql) => sql<Row[]>`select 1`'],
      [
        'src/platform/db/x.ts',
        `import postgres from 'postgres'; import './y.ts'; const sql = postgres(); await sql\`x\``,
      ],
      ['src/platform/db/x.ts', `import first from '../../../migrations/001_x.sql' with { type: 'text' }`],
      [
        'src/platform/x/y.ts',
        `import { version } from '../../../package.json'; import { readFileSync } from 'node:fs'`,
      ],
      ['src/kernel/x.ts', `import { Type } from '@sinclair/typebox'; import './ids.ts'`],
      ['src/kernel/x.ts', `class RoomError extends Error {}`],
      ['src/web/pages/app/x.tsx', `import { createRoot } from 'react-dom/client'; import './x.css'`],
      ['src/web/pages/app/x.tsx', `import 'veza-react-components/styles.css'; import { a } from '../../addresses.ts'`],
      ['src/web/pages/widget/main.ts', `class VezaChat extends HTMLElement {}`],
      ['src/web/pages/app/x.tsx', `import { Component } from 'react'; class Boundary extends Component<Props> {}`],
      ['sdks/react/src/x.tsx', `import { useState } from 'react'; import type { Chat } from 'veza-js-sdk'`],
      ['src/app.ts', `// any, console.log, sql\`select 1\`\nconst a = 'catch {} any: any; console.log(1)'`],
      ['src/app.ts', 'try { a() } catch {\n  // The reader is gone.\n}'],
      ['src/app.ts', 'const a = html`<p>select 1</p>`'],
      ['src/platform/db/x.gen.ts', LONG],
    ]),
  )('allow in %s', (_, path, text) => {
    expect(breaches({ path, text })).toEqual([])
  })

  test('a circle between features is found, types included, and named once', () => {
    const files = [
      { path: 'src/features/a/service.ts', text: `import { b } from '../b/index.ts'` },
      { path: 'src/features/b/queries.ts', text: `import type { C } from '../c/index.ts'` },
      { path: 'src/features/c/index.ts', text: `export { a } from '../a/index.ts'` },
      { path: 'src/features/d/index.ts', text: `import { a } from '../a/index.ts'` },
    ]
    expect(circles(files)).toEqual(['a > b > c > a'])
    expect(circles(files.slice(0, 2))).toEqual([])
  })
})
