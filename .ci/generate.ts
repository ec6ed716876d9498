// Writes the generated files. A test compares them with their sources; `bun run generate` brings them up to date.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '..')

/** A compiled binary cannot read directories, so each migration is a static import. */
export function migrationsManifest(): string {
  const files = readdirSync(join(root, 'migrations'))
    .filter((name) => /^\d{3}_\w+\.sql$/.test(name))
    .toSorted()
  const imports = files.map(
    (name) => `import m${name.slice(0, 3)} from '../../../migrations/${name}' with { type: 'text' }`,
  )
  const entries = files.map(
    (name) => `  { version: ${Number(name.slice(0, 3))}, name: '${name}', text: m${name.slice(0, 3)} },`,
  )
  return [
    '// Written by `bun run generate` from migrations/*.sql.',
    ...imports,
    '',
    'export const migrations: readonly { version: number; name: string; text: string }[] = [',
    ...entries,
    ']',
    '',
  ].join('\n')
}

/** By their paths. What needs the server's sources loads them only then. */
export const generated: Record<string, () => string | Promise<string>> = {
  'src/platform/db/migrations.gen.ts': migrationsManifest,
  'docs/postman/veza-chat.json': async () => (await import('./postman.ts')).postmanCollection(),
  'sdks/javascript/src/protocol.gen.ts': async () => (await import('./protocol-types.ts')).protocolTypes(),
  'sdks/javascript/src/rest.gen.ts': async () => (await import('./protocol-types.ts')).restTypes(),
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generated)) await Bun.write(join(root, path), await text())
  // What the server's sources have put together has no end of its own.
  process.exit(0)
}
