// A process of its own: one client that asks one thing after the other.
import { now } from './clock.ts'
import { ask, openWire, type Wire } from './wire.ts'
import { serve } from './worker.ts'

/** A frame as a client sends it. */
export interface Asked {
  type: string
  data: Record<string, unknown>
}

let wire: Wire | undefined

async function open({ port, token }: { port: number; token: string }): Promise<void> {
  wire = await openWire('127.0.0.1', port)
  const reply = await ask(wire, { type: 'authenticate', data: { token } })
  if (reply.type !== 'auth_success') throw new Error(JSON.stringify(reply))
}

/** Milliseconds from the question to the whole answer, of each. */
async function askAll({ questions }: { questions: Asked[] }): Promise<number[]> {
  const times: number[] = []
  for (const question of questions) {
    const from = now()
    const reply = await ask(wire!, question)
    times.push(now() - from)
    if (reply.type === 'error') throw new Error(`${JSON.stringify(question)}: ${JSON.stringify(reply.data)}`)
  }
  return times
}

const jobs = { open, askAll }
export type AskerJobs = typeof jobs
serve(jobs)
