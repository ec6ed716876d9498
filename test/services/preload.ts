// Runs once before the first test file. Nothing starts here: a file that needs no database does not pay for one.
import { afterAll } from 'bun:test'
import { stopPostgres } from './postgres.ts'
import { stopRedis } from './redis.ts'

afterAll(async () => {
  await Promise.all([stopPostgres(), stopRedis()])
})
