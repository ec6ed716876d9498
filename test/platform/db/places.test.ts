import { expect, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { findHome, reaches } from '../../../src/platform/db/home.ts'
import { isCheckoutOpen } from '../../services/postgres.ts'
import { dataDirectory, finally_, open, owner, sentence, tidyUp } from './fixtures.ts'

tidyUp()

const root = process.getuid?.() === 0
const nobody = { name: 'nobody', uid: 65534, gid: 65534 }

/** A small file system of its own, for what cannot be had by modes as root. */
function mount(options: string): string {
  const directory = dataDirectory()
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  if (mounted.exitCode !== 0) throw new Error(mounted.stderr.toString())
  finally_(() => Bun.spawnSync(['umount', '-l', directory]))
  return directory
}

const mountable =
  root &&
  process.platform === 'linux' &&
  Bun.spawnSync(['sh', '-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d; s=$?; rmdir $d; exit $s'])
    .exitCode === 0

test('a path that is too long for a socket gets one elsewhere, gone after the stop', async () => {
  const data_dir = join(dataDirectory(), 'long-'.repeat(20), 'er-'.repeat(20))
  const database = await open(data_dir)
  const socket = new URL(database.url).searchParams.get('host') ?? ''
  expect(socket).not.toContain('long-')
  expect(statSync(socket).mode & 0o777).toBe(0o700)
  expect(await database.connect()`select 1 as one`).toMatchObject([{ one: 1 }])
  await database.close()
  expect(lstatSync(socket, { throwIfNoEntry: false })).toBeUndefined()
})

test.skipIf(!root)(
  'as root, a data directory out of reach of others gets its database elsewhere, by a link that stays',
  async () => {
    const [data_dir, shared] = [dataDirectory(), dataDirectory()]
    chmodSync(data_dir, 0o700)
    const home = findHome(data_dir, shared)
    expect(home.path).toStartWith(`${shared}/`)
    expect(home.run_as?.uid).toBeGreaterThan(0)
    expect(readlinkSync(join(data_dir, 'postgres'))).toBe(home.path)
    expect(statSync(data_dir).mode & 0o777).toBe(0o700)
    expect(statSync(home.path)).toMatchObject({ uid: home.run_as?.uid ?? -1 })
    chmodSync(data_dir, 0o755)
    expect(findHome(data_dir, shared)).toEqual(home)
  },
)

test.skipIf(!root)('as root below a private directory it starts and says where the data lives', async () => {
  const data_dir = join(dataDirectory(), 'mine')
  mkdirSync(data_dir, { mode: 0o700 })
  const database = await open(data_dir)
  finally_(() => rmSync(database.where, { recursive: true, force: true }))
  expect(database.where).toStartWith('/var/lib/veza-chat/')
  expect(await database.connect()`select 1 as one`).toMatchObject([{ one: 1 }])
  await database.close()
})

test.skipIf(!root)('as root, an existing database keeps running as the user it belongs to', () => {
  const data_dir = dataDirectory()
  mkdirSync(join(data_dir, 'postgres'))
  chownSync(join(data_dir, 'postgres'), 4321, 4321)
  expect(findHome(data_dir).run_as).toEqual({ name: '4321', uid: 4321, gid: 4321 })
})

test('a link to a database that is gone is named', async () => {
  const data_dir = dataDirectory()
  symlinkSync('/nonexistent/database', join(data_dir, 'postgres'))
  expect(await sentence(open(data_dir))).toBe(
    `The database of ${data_dir} was in /nonexistent/database, which is gone; put it back, or remove the link ${join(data_dir, 'postgres')} to begin anew.`,
  )
})

test.skipIf(!root)("as root, an empty directory of root's becomes PostgreSQL's, and a full one does not", () => {
  const [empty, full] = [dataDirectory(), dataDirectory()]
  for (const data_dir of [empty, full]) mkdirSync(join(data_dir, 'postgres'), { mode: 0o755 })
  writeFileSync(join(full, 'postgres/holiday.jpg'), '')
  expect(findHome(empty).run_as?.uid).toBe(statSync(join(empty, 'postgres')).uid)
  expect(() => findHome(full)).toThrow(/who owns .*; give it to another user/)
})

test.skipIf(!root)('reach is judged by every directory on the way', () => {
  const top = dataDirectory()
  mkdirSync(join(top, 'a/b'), { recursive: true })
  expect(reaches(nobody, join(top, 'a/b'))).toBe(true)
  chmodSync(join(top, 'a'), 0o750)
  expect(reaches(nobody, join(top, 'a/b'))).toBe(false)
  chownSync(join(top, 'a'), 0, nobody.gid)
  expect(reaches(nobody, join(top, 'a/b'))).toBe(true)
})

// They run this checkout as another user, who must be able to reach it.
const asOthers = root && isCheckoutOpen()

test.skipIf(!asOthers)(
  'a normal user just runs it',
  async () => {
    const data_dir = dataDirectory()
    chownSync(data_dir, nobody.uid, nobody.gid)
    const { said } = await owner(data_dir, 'server', nobody)
    expect(said.error).toBeUndefined()
    expect(said.where).toBe(join(data_dir, 'postgres'))
    expect(statSync(join(data_dir, 'postgres/db')).uid).toBe(nobody.uid)
  },
  20_000,
)

test.skipIf(!asOthers)('a directory of somebody else is refused in one sentence', async () => {
  const data_dir = dataDirectory()
  const { said } = await owner(data_dir, 'server', nobody)
  expect(said.error).toBe(
    `The data directory ${data_dir} cannot be written by this user; run as its owner, or set server.data_dir to another place.`,
  )
})

test('a file where the data directory should be is refused in one sentence', async () => {
  const path = join(dataDirectory(), 'data')
  writeFileSync(path, '')
  expect(await sentence(open(path))).toBe(
    `The data directory ${path} is not a directory; set server.data_dir to another place.`,
  )
})

test.skipIf(!mountable).each([
  ['the binaries', 'size=20m,mode=755', {}],
  ['the database', 'size=20m,mode=755', null],
])(
  'a disk too small for %s is refused in one sentence, and nothing half-made stays',
  async (_, options, own) => {
    const data_dir = mount(options)
    const opening = own === null ? open(data_dir) : open(data_dir, { runtime_dir: data_dir })
    expect(await sentence(opening)).toMatch(
      /^The disk of the data directory .* is full; free some space, or set server.data_dir to another place\.$/,
    )
    expect(await sentence(open(data_dir))).toMatch(/is full; free some space/)
  },
  20_000,
)

test.skipIf(!mountable)('a read-only data directory is refused in one sentence', async () => {
  const data_dir = mount('ro')
  expect(await sentence(open(data_dir))).toBe(
    `The data directory ${data_dir} is on a read-only file system; set server.data_dir to a place that can be written.`,
  )
})
