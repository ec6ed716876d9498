import { expect, spyOn, test } from 'bun:test'
import { createPasswords, saltOf } from '../../../src/features/accounts/passwords.ts'

const cheap = { memory_kib: 1024, iterations: 1 }

test('the cost is the configured one', async () => {
  expect(await createPasswords({ memory_kib: 2048, iterations: 3 }).hash('correct horse')).toStartWith(
    '$argon2id$v=19$m=2048,t=3,p=1$',
  )
})

test('without a hash as much is computed, and the answer is no', async () => {
  const passwords = createPasswords({ memory_kib: 2048, iterations: 3 })
  const known = await passwords.hash('correct horse')
  // What Argon2 works through is told by the parameters and the lengths in the hash that it compares with.
  const compared: string[] = []
  const verify = spyOn(Bun.password, 'verify')
  for (const hash of [known, null]) expect(await passwords.verify('a wrong one', hash)).toBe(false)
  for (const [, hash] of verify.mock.calls) compared.push(hash as string)
  verify.mockRestore()
  const cost = (hash: string) => hash.split('$').map((part, at) => (at < 4 ? part : part.length))
  expect(compared).toHaveLength(2)
  expect(compared[1]).not.toBe(known)
  expect(compared.map(cost)).toEqual([cost(known), cost(known)])
  expect(cost(known).slice(1, 4)).toEqual(['argon2id', 'v=19', 'm=2048,t=3,p=1'])
})

test.each([
  'x',
  '',
  '$2y$10$abcdefghijklmnopqrstuv',
  '$pbkdf2-sha256$1$a$b',
  '$argon2id$v=19$m=1024,t=1,p=1$!!$##',
  '$argon2id$v=19$m=8,t=0,p=1$YWJjZGVmZ2g$YWJj',
])('a hash that cannot be read, %p, lets nobody in, after the same work', async (hash) => {
  const verify = spyOn(Bun.password, 'verify')
  const passwords = createPasswords(cheap)
  expect(await passwords.verify('correct horse', hash)).toBe(false)
  const [last] = verify.mock.calls.at(-1) ?? []
  const judged = verify.mock.calls.map(([, against]) => against)
  verify.mockRestore()
  expect(last).toBe('correct horse')
  expect(judged.at(-1)).toStartWith(passwords.cost)
})

test('not even the password of the decoy lets anybody in', async () => {
  const [uuid, verify] = [spyOn(crypto, 'randomUUID'), spyOn(Bun.password, 'verify')]
  const passwords = createPasswords(cheap)
  await passwords.verify('a wrong one', null)
  const decoy = uuid.mock.results[0]?.value as string
  const [, hash] = verify.mock.calls[0] ?? []
  uuid.mockRestore()
  verify.mockRestore()
  expect(await Bun.password.verify(decoy, hash as string)).toBe(true)
  expect(await passwords.verify(decoy, null)).toBe(false)
})

test('hashes are those of Argon2 as others compute and write it, with a given salt or one of its own', async () => {
  const passwords = createPasswords(cheap)
  const salt = new Uint8Array(32).fill(7)
  const [own, other, given] = [
    await passwords.hash('e\u0301cole'),
    await passwords.hash('e\u0301cole'),
    await passwords.hash('e\u0301cole', { salt }),
  ]
  for (const hash of [own, other, given]) expect(await Bun.password.verify('\u00e9cole', hash)).toBe(true)
  expect(own).not.toBe(other)
  expect(saltOf(given)).toEqual(Buffer.from(salt))
  expect([null, '$2b$04$abc', given.replace('p=1', 'p=1,keyid=1')].map(saltOf)).toEqual([null, null, null])
  const dearer = createPasswords({ memory_kib: 2048, iterations: 3 })
  expect(await dearer.hash('\u00e9cole', { salt, cost: passwords.cost })).toBe(given)
  expect([passwords.isOf(given, salt), dearer.isOf(given, salt), passwords.isOf(own, salt)]).toEqual([
    true,
    false,
    false,
  ])
  expect(passwords.isOf(given.slice(0, -1), salt)).toBe(false)
  const theirs = await Bun.password.hash('\u00e9cole', { algorithm: 'argon2id', memoryCost: 1024, timeCost: 2 })
  const cost = theirs.split('$').slice(0, 4).join('$') + '$'
  expect(await passwords.hash('\u00e9cole', { salt: saltOf(theirs)!, cost })).toBe(theirs)
})

test('a queue that is full when the first unknown name comes does not spoil those after it', async () => {
  const passwords = createPasswords({ ...cheap, concurrency: 1, queue: 0 })
  const first = await Promise.allSettled([passwords.hash('correct horse'), passwords.verify('a wrong one', null)])
  expect(first.map(({ status }) => status)).toContain('fulfilled')
  expect(await passwords.verify('a wrong one', null)).toBe(false)
})

test('beyond the queue a login is put off instead of piling up', async () => {
  const passwords = createPasswords({ ...cheap, concurrency: 1, queue: 2 })
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => passwords.hash('correct horse')))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  for (const result of results)
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retry_after: 2 })
  expect(await passwords.hash('correct horse')).toStartWith('$argon2id$')
})
