import { expect, test } from 'bun:test'
import { RedisClient } from 'bun'
import { redisUrl } from './redis.ts'

test('tests have a Redis of their own', async () => {
  const client = new RedisClient(await redisUrl())
  await client.set('greeting', 'hello')
  expect(await client.get('greeting')).toBe('hello')
  client.close()
}, 120_000)
